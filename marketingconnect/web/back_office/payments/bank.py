"""Movements of the bank that no rule could place: accounting assigns them or sets them aside."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.payments.matching import Proposal, best_of, dues_found, proposals_for
from marketingconnect.payments.models import BankEntry
from marketingconnect.payments.reconciliation import entries_decided, entries_waiting, entry_of
from marketingconnect.payments.services import assign_entry, set_entry_aside
from marketingconnect.payments.states import EntryKind, EntryState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.bank_codes import in_french
from marketingconnect.web.back_office.payments.fields import euros_in
from marketingconnect.web.back_office.payments.forms import AsideForm, AssignForm
from marketingconnect.web.back_office.payments.labels import DECIDED, WHY_LABELS, Label, fit_of
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.keys import key_in, number_in

_ROWS: Final = 30
_LATEST: Final = 10


@dataclass(frozen=True)
class Shown:
    """A document that a movement may pay, and what speaks for it in words."""

    proposal: Proposal
    why: str


@dataclass(frozen=True)
class Line:
    """A movement of the queue with the one document that stands out, if any."""

    entry: BankEntry
    fit: Label
    best: Shown | None
    others: int


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def bank(request: StaffRequest) -> HttpResponse:
    """The queue, oldest first, each with its proposal; then what was placed last."""
    waiting = entries_waiting()
    rows = list(_after(key_in(request, "apres"))[: _ROWS + 1])
    context = {
        "sections": tabs_of("bank"),
        "count": waiting.count(),
        "lines": _lines(rows[:_ROWS]),
        "after": rows[_ROWS - 1].pk if len(rows) > _ROWS else None,
        "decided": [(one, *DECIDED[one.state]) for one in entries_decided()[:_LATEST]],
    }
    return render(request, "back_office/payments/bank.html", context)


def _after(key: int | None) -> Any:
    """The queue after a movement, whatever became of it since."""
    last = BankEntry.objects.filter(pk=key).first() if key is not None else None
    if last is None:
        return entries_waiting()
    later = Q(booked_on__gt=last.booked_on) | Q(booked_on=last.booked_on, pk__gt=last.pk)
    return entries_waiting().filter(later)


def _lines(entries: list[BankEntry]) -> list[Line]:
    proposals = proposals_for(entries, on=clock.today())
    lines = []
    for entry in entries:
        found = proposals.get(entry.pk, [])
        best = best_of(found)
        others = len(found) - (best is not None)
        lines.append(Line(entry, fit_of(entry), _shown(best) if best else None, others))
    return lines


def _shown(proposal: Proposal) -> Shown:
    return Shown(proposal, ", ".join(WHY_LABELS[why] for why in proposal.reasons))


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def bank_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """One movement: what the bank says, what it may pay, a search, and the two ways out."""
    return _page(request, _entry_or_404(entry_id), AssignForm(), AsideForm())


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def assign(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Record a movement on the document that accounting names."""
    entry, form = _entry_or_404(entry_id), AssignForm(request.POST)

    def act() -> None:
        number = form.cleaned_data["number"]
        assign_entry(entry.pk, number=number, actor=actor_of(request), now=clock.now())

    if not form.is_valid() or not acted(form, act, field="number"):
        return _page(request, entry, form, AsideForm(), status=400)
    messages.success(request, "Virement affecté et validé.")
    return redirect("back_office:bank")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def aside(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Take out of the queue a movement that pays nothing here."""
    entry, form = _entry_or_404(entry_id), AsideForm(request.POST)

    def act() -> None:
        set_entry_aside(entry.pk, reason=form.reason(), actor=actor_of(request), now=clock.now())

    if not form.is_valid() or not acted(form, act, field="why"):
        return _page(request, entry, AssignForm(), form, status=400)
    messages.success(request, "Mouvement écarté.")
    return redirect("back_office:bank")


def _page(
    request: StaffRequest,
    entry: BankEntry,
    assign_form: AssignForm,
    aside_form: AsideForm,
    *,
    status: int = 200,
) -> HttpResponse:
    may_assign = entry.kind == EntryKind.TRANSFER and entry.payment_id is None
    context = {
        "sections": tabs_of("bank"),
        "entry": entry,
        "fit": fit_of(entry),
        "decision": DECIDED.get(entry.state),
        "is_return": entry.kind == EntryKind.RETURN,
        "return_reason": in_french(entry.return_reason) if entry.return_reason else "",
        "is_waiting": entry.state == EntryState.WAITING,
        "may_assign": may_assign,
        "assign_form": assign_form,
        "aside_form": aside_form,
        "entries": journal_of(f"bank_entry:{entry.pk}"),
        **(_choices(request, entry) if may_assign else {}),
    }
    return render(request, "back_office/payments/bank_entry.html", context, status=status)


def _choices(request: StaffRequest, entry: BankEntry) -> dict[str, Any]:
    """What the movement may pay, and what a search finds."""
    proposals = proposals_for([entry], on=clock.today())[entry.pk]
    typed = " ".join(request.GET.get("q", "")[:80].replace("\x00", "").split())
    return {
        "best": best_of(proposals),
        "proposals": [_shown(one) for one in proposals],
        "typed": typed,
        "found": dues_found(typed, euros_in(typed)) if typed else [],
    }


def _entry_or_404(entry_id: int) -> BankEntry:
    entry = entry_of(number_in(str(entry_id)) or 0)
    if entry is None:
        raise Http404
    return entry
