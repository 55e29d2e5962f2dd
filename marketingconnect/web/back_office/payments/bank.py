"""Movements of the bank that no rule could place: accounting assigns them or sets them aside."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.models import BankEntry
from marketingconnect.payments.reconciliation import (
    dues_of_entry,
    entries_decided,
    entries_waiting,
    entry_of,
)
from marketingconnect.payments.services import assign_entry, set_entry_aside
from marketingconnect.payments.states import MATCH_LABELS, EntryKind, EntryState, Match
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.payments.forms import AsideForm, AssignForm
from marketingconnect.web.components import Kind

_KINDS: Final[dict[str, Kind]] = {
    Match.EXACT: "success",
    Match.PROBABLE: "info",
    Match.PARTIAL: "warning",
    Match.OVERPAID: "warning",
    Match.UNMATCHED: "neutral",
}
_DECIDED: Final[dict[str, tuple[str, Kind]]] = {
    EntryState.MATCHED: ("Reconnu", "success"),
    EntryState.ASSIGNED: ("Affecté", "success"),
    EntryState.SET_ASIDE: ("Écarté", "neutral"),
}
_ROWS: Final = 200
_LATEST: Final = 20


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def bank(request: StaffRequest) -> HttpResponse:
    """The queue, oldest first, then what was placed last."""
    context = {
        "waiting": [(entry, *_fit(entry)) for entry in entries_waiting()[:_ROWS]],
        "decided": [(entry, *_DECIDED[entry.state]) for entry in entries_decided()[:_LATEST]],
    }
    return render(request, "back_office/payments/bank.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def bank_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """One movement: what the bank says, what it may pay, and the two ways out."""
    return _page(request, _entry_or_404(entry_id), _assign_form(entry_id), AsideForm())


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def assign(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Record a movement on the document that accounting names."""
    entry, form = _entry_or_404(entry_id), AssignForm(request.POST)

    def act() -> None:
        number = form.cleaned_data["number"]
        assign_entry(entry.pk, number=number, actor=actor_of(request), now=clock.now())

    if not form.is_valid() or not _done(form, "number", act):
        return _page(request, entry, form, AsideForm(), status=400)
    messages.success(request, "Virement affecté et validé.")
    return redirect("back_office:bank")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def aside(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Take out of the queue a movement that pays nothing here."""
    entry, form = _entry_or_404(entry_id), AsideForm(request.POST)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        set_entry_aside(entry.pk, reason=reason, actor=actor_of(request), now=clock.now())

    if not form.is_valid() or not _done(form, "reason", act):
        return _page(request, entry, _assign_form(entry_id), form, status=400)
    messages.success(request, "Mouvement écarté.")
    return redirect("back_office:bank")


def _done(form: AssignForm | AsideForm, field: str, act: Callable[[], None]) -> bool:
    """Whether it was done; if not, the form says why by the field."""
    try:
        act()
    except PaymentError as refusal:
        form.add_error(field, refusal.sentence)
        return False
    return True


def _page(
    request: StaffRequest,
    entry: BankEntry,
    assign_form: AssignForm,
    aside_form: AsideForm,
    *,
    status: int = 200,
) -> HttpResponse:
    match, kind = _fit(entry)
    context = {
        "entry": entry,
        "match": match,
        "kind": kind,
        "is_return": entry.kind == EntryKind.RETURN,
        "is_waiting": entry.state == EntryState.WAITING,
        "may_assign": entry.kind == EntryKind.TRANSFER and entry.payment_id is None,
        "decision": _DECIDED.get(entry.state),
        "dues": dues_of_entry(entry),
        "assign_form": assign_form,
        "aside_form": aside_form,
    }
    return render(request, "back_office/payments/bank_entry.html", context, status=status)


def _assign_form(entry_id: int) -> AssignForm:
    """With the number of the only document that may be meant."""
    dues = [due for due in dues_of_entry(_entry_or_404(entry_id)) if due.remaining.cents]
    return AssignForm(initial={"number": dues[0].number if len(dues) == 1 else ""})


def _fit(entry: BankEntry) -> tuple[str, Kind]:
    if entry.kind == EntryKind.RETURN:
        return "Rejet", "error"
    return MATCH_LABELS[Match(entry.match)], _KINDS[entry.match]


def _entry_or_404(entry_id: int) -> BankEntry:
    entry = entry_of(entry_id)
    if entry is None:
        raise Http404
    return entry
