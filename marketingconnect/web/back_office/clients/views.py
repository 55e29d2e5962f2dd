"""Clients: the list, and everything about one."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts import queries
from marketingconnect.accounts.models import Company
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.queries import JournalFilter, page_of_entries
from marketingconnect.kernel.territory import Territory
from marketingconnect.notices.queries import notices_of_company
from marketingconnect.orders.queries import orders_of
from marketingconnect.proposals.queries import all_proposals
from marketingconnect.proposals.rules import may_prepare
from marketingconnect.terms.queries import acceptances_of
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.clients.forms import SearchForm
from marketingconnect.web.back_office.clients.labels import order_label
from marketingconnect.web.back_office.journal.views import JOURNAL_ROLES
from marketingconnect.web.back_office.proposals.views import READERS as PROPOSAL_READERS
from marketingconnect.web.keys import key_in
from marketingconnect.web.proposal_reading import rows_of

CLIENT_ROLES = (StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.DPO)
MAY_CHANGE_CREDENTIALS = (StaffRole.DPO, StaffRole.ADMINISTRATOR)
_PAGE = 50


@require_safe
@staff_page(*CLIENT_ROLES)
def clients(request: StaffRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    search = form.cleaned_data["q"] if form.is_valid() else ""
    rows, after = queries.companies_page(search, before=key_in(request, "apres"), size=_PAGE)
    context = {"form": form, "search": search, "companies": rows, "after": after}
    return render(request, "back_office/clients/list.html", context)


@require_safe
@staff_page(*CLIENT_ROLES)
def client(request: StaffRequest, reference: str) -> HttpResponse:
    company = get_object_or_404(Company, reference=reference)
    entries, _ = page_of_entries(JournalFilter(company_id=company.pk), before=None, size=20)
    context = {
        "client": company,
        "territory": Territory(company.territory).label_fr,
        "members": queries.members_of(company.pk),
        "mandates": queries.mandates_of(company.pk, today=clock.today()),
        "changes": queries.credential_changes_of(company.pk),
        **_sales(company),
        "acceptances": acceptances_of(company),
        "notices": notices_of_company(company.pk)[:20],
        "entries": entries,
        **_rights(request.user.staff_role),
    }
    return render(request, "back_office/clients/client.html", context)


@require_safe
@staff_page(*CLIENT_ROLES)
def mandate(request: StaffRequest, reference: str, mandate_id: int) -> HttpResponseBase:
    company = get_object_or_404(Company, reference=reference)
    lines = queries.mandates_of(company.pk, today=clock.today())
    found = next((line.mandate for line in lines if line.mandate.pk == mandate_id), None)
    if found is None or not found.document:
        raise Http404
    extension = found.document.rpartition(".")[2]
    return FileResponse(
        storage.open(found.document), as_attachment=True, filename=f"mandat-{found.pk}.{extension}"
    )


def _sales(company: Company) -> dict[str, Any]:
    """The latest orders and proposals."""
    proposals = all_proposals().filter(company=company)[:20]
    return {
        "orders": [(order, *order_label(order)) for order in orders_of(company.pk)[:20]],
        "proposals": rows_of(list(proposals), for_client=False),
    }


def _rights(role: str) -> dict[str, bool]:
    """What this person may do from the page; a link never leads to a refusal."""
    return {
        "may_change_credentials": role in MAY_CHANGE_CREDENTIALS,
        "may_decide_payments": role in {StaffRole.ACCOUNTING, StaffRole.ADMINISTRATOR},
        "may_open_targets": role in {StaffRole.ADVISOR, StaffRole.ADMINISTRATOR},
        "may_read_proposals": role in {*PROPOSAL_READERS, StaffRole.ADMINISTRATOR},
        "may_propose": may_prepare(staff_role=role),
        "may_read_journal": role in {*JOURNAL_ROLES, StaffRole.ADMINISTRATOR},
    }
