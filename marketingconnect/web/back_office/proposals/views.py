"""Proposals as staff read them: the list, one of them, its preview and its file."""

import csv
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.proposals.discounts import discount_limit_on
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.queries import (
    all_proposals,
    candidates_for,
    drafts,
    missing_before_leaving,
    proposal_by_reference,
    proposals_that_wait,
    renewals_asked,
    waiting_elsewhere,
)
from marketingconnect.proposals.rules import may_prepare
from marketingconnect.proposals.states import STATE_LABELS, ProposalState
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.proposals.forms import ConditionsForm, FilterForm
from marketingconnect.web.back_office.proposals.preparing_forms import preparing_forms
from marketingconnect.web.keys import key_in
from marketingconnect.web.proposal_reading import Reading, pdf_of, reading_of, rows_of

READERS: Final = (StaffRole.ADVISOR, StaffRole.ACCOUNTING)
_PAGE: Final = 50
_COLUMNS: Final = (
    "proposition",
    "client",
    "raison sociale",
    "conseiller",
    "état",
    "envoyée le",
    "valable jusqu’au",
    "total HT",
    "total TTC",
    "commande",
)


@require_safe
@staff_page(*READERS)
def proposals(request: StaffRequest) -> HttpResponse:
    """The latest first, by state, everybody's or one's own."""
    form, found = _wanted(request)
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    query = request.GET.copy()
    query.pop("apres", None)
    context = {
        "form": form,
        "rows": rows_of(page[:_PAGE], for_client=False),
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
        "query": query.urlencode(),
        "may_limit": request.user.staff_role == StaffRole.ADMINISTRATOR,
        "may_write": may_prepare(staff_role=request.user.staff_role),
    }
    return render(request, "back_office/proposals/list.html", context)


def _wanted(request: StaffRequest) -> tuple[FilterForm, Any]:
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    mine = request.user.pk if wanted.get("mine") else None
    return form, all_proposals(wanted.get("state", ""), mine)


@require_safe
@staff_page(*READERS)
def waiting(request: StaffRequest) -> HttpResponse:
    """The queue of what was sent and not answered: what ends first at the top."""
    title = "Propositions sans réponse"
    return _queue(request, title, proposals_that_wait())


@require_safe
@staff_page(*READERS)
def renewals(request: StaffRequest) -> HttpResponse:
    """The queue of those that a client wants up to date, the oldest demand first."""
    return _queue(request, "Propositions à jour demandées", renewals_asked())


@require_safe
@staff_page(*READERS)
def being_composed(request: StaffRequest) -> HttpResponse:
    """The queue of drafts, the oldest first."""
    return _queue(request, "Brouillons de propositions", drafts())


def _queue(request: StaffRequest, title: str, found: QuerySet[Proposal]) -> HttpResponse:
    """A queue from its head: what is done leaves it, so it needs no other page."""
    page = list(found.select_related("company", "advisor", "order")[:_PAGE])
    context = {
        "title": title,
        "rows": rows_of(page, for_client=False),
        "may_write": may_prepare(staff_role=request.user.staff_role),
    }
    return render(request, "back_office/proposals/queue.html", context)


@require_safe
@staff_page(*READERS)
def export(request: StaffRequest) -> HttpResponseBase:
    """The list as a CSV file, with its filters."""
    _, found = _wanted(request)
    lines = _csv(found.iterator(chunk_size=1000))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="propositions.csv"'
    return response


class _Line:
    """What `csv` writes to: the line comes back to the caller."""

    def write(self, line: str) -> str:
        return line


def _csv(rows: Iterator[Proposal]) -> Iterator[str]:
    writer: Any = csv.writer(_Line(), delimiter=";")
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for row in rows:
        yield writer.writerow([_cell(value) for value in _values(row)])


def _values(row: Proposal) -> list[object]:
    return [
        row.reference,
        row.company.reference,
        row.company.legal_name,
        row.advisor.full_name,
        STATE_LABELS[ProposalState(row.state)],
        paris_date(row.proposed_at) if row.proposed_at else "",
        row.valid_until or "",
        _amount(row.net_cents) if row.proposed_at else "",
        _amount(row.total_cents) if row.proposed_at else "",
        row.order.reference if row.order else "",
    ]


def _amount(cents: int) -> str:
    return str(Money(cents).to_decimal()).replace(".", ",")


def _cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@require_safe
@staff_page(*READERS)
def proposal(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """A draft to compose, or what became of it."""
    found = proposal_or_404(proposal_reference)
    return page(request, found, ConditionsForm.of(found))


def page(
    request: StaffRequest, found: Proposal, form: ConditionsForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """One proposal; a draft with its forms for who may prepare."""
    reading = reading_of(found, clock.now())
    rights = _rights(request, found)
    composes = rights["may_compose"]
    context = {
        "reading": reading,
        "proposal": found,
        "form": form,
        "entries": journal_of(f"proposal:{found.pk}"),
        "replacement": found.replacements.order_by("-pk").first(),
        **rights,
        **(_composed(reading) if composes else {}),
        **more,
    }
    name = "compose" if composes else "proposal"
    return render(request, f"back_office/proposals/{name}.html", context, status=status)


def _rights(request: StaffRequest, found: Proposal) -> dict[str, bool]:
    """What this person may do from the page; a link never leads to a refusal."""
    may_write = may_prepare(staff_role=request.user.staff_role)
    is_draft = found.state == ProposalState.DRAFT
    return {
        "may_write": may_write,
        "may_compose": may_write and is_draft,
        "may_revise": may_write and not is_draft and found.state != ProposalState.ACCEPTED,
    }


def _composed(reading: Reading) -> dict[str, Any]:
    proposal, quote = reading.proposal, reading.quote
    waiting = waiting_elsewhere(proposal)
    rows = {row.pk: row for row in proposal.lines.all()}
    return {
        "lines": [
            (
                line,
                missing_before_leaving(line, quote.parameters),
                waiting.get((line.offer, line.item_id), ""),
                rows[line.id],
            )
            for line in quote.lines
        ],
        "discount_limit": discount_limit_on(reading.today),
        "candidates": candidates_for(reading.proposal),
        **preparing_forms(reading.proposal),
    }


@require_safe
@staff_page(*READERS)
def preview(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """What the client reads, without a button to answer."""
    reading = reading_of(proposal_or_404(proposal_reference), clock.now())
    context = {"reading": reading, "proposal": reading.proposal}
    return render(request, "back_office/proposals/preview.html", context)


@require_safe
@staff_page(*READERS)
def pdf(request: StaffRequest, proposal_reference: str) -> HttpResponseBase:
    """The file of a proposal that was sent."""
    return pdf_of(proposal_or_404(proposal_reference))


def proposal_or_404(reference: str) -> Proposal:
    """One proposal, whosever it is."""
    found = proposal_by_reference(reference)
    if found is None:
        raise Http404
    return found
