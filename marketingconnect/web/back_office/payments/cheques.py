"""Cheques: in hand, taken to the bank on a slip, credited, or come back unpaid."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.kernel.money import Money
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.models import ChequeRemittance, RemittedCheque
from marketingconnect.payments.queries import cheques as reads
from marketingconnect.payments.queries import cheques_in_hand
from marketingconnect.payments.services import (
    note_cheque_cleared,
    note_cheque_unpaid,
    remit_cheques,
)
from marketingconnect.payments.slip_form import render_slip
from marketingconnect.payments.states import CHEQUE_TRANSITIONS, ChequeState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.fields import day_field
from marketingconnect.web.back_office.payments.labels import CHEQUES
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import key_in, number_in

_PAGE: Final = 30
_MOST_IN_HAND: Final = 200


class SlipForm(forms.Form):
    """The day on which cheques are taken to the bank."""

    on = day_field("Remis le")


class ClearedForm(forms.Form):
    """The day on which the bank credited cheques."""

    on = day_field("Crédités le")


class UnpaidForm(forms.Form):
    """Why the bank sent a cheque back, and when."""

    reason = forms.CharField(
        label="Motif de la banque",
        max_length=120,
        help_text="Par exemple : provision insuffisante, opposition, compte clos.",
        error_messages={"required": "Écrivez le motif que donne la banque."},
    )
    on = day_field("Revenu impayé le")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def cheques(request: StaffRequest) -> HttpResponse:
    """Cheques in hand, to put on a slip; then the slips, the latest first."""
    initial = {"on": clock.today()}
    form = SlipForm(request.POST) if request.method == "POST" else SlipForm(initial=initial)
    slip = _remitted(request, form) if form.is_valid() else None
    if slip is not None:
        messages.success(request, f"Bordereau {slip.number} prêt : imprimez-le et joignez-le.")
        return redirect("back_office:cheque_slip", slip.pk)
    context = {"sections": tabs_of("cheques"), "form": form, **_lists(request)}
    status = 400 if form.errors else 200
    return render(request, "back_office/payments/cheques.html", context, status=status)


def _lists(request: StaffRequest) -> dict[str, Any]:
    in_hand = list(cheques_in_hand()[:_MOST_IN_HAND])
    found = reads.slips()
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    return {
        "in_hand": in_hand,
        "chosen": request.POST.getlist("cheque"),
        "total": Money.total(Money(one.cents) for one in in_hand),
        "slips": page[:_PAGE],
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
    }


def _remitted(request: StaffRequest, form: SlipForm) -> ChequeRemittance | None:
    found: list[ChequeRemittance] = []
    chosen = _chosen(request)

    def act() -> None:
        day, actor = form.cleaned_data["on"], actor_of(request)
        found.append(remit_cheques(chosen, on=day, actor=actor, now=clock.now()))

    if not chosen:
        form.add_error(None, "Cochez les chèques à remettre.")
        return None
    return found[0] if acted(form, act, field="on") else None


def _chosen(request: StaffRequest) -> list[int]:
    typed = request.POST.getlist("cheque")
    return [number for one in typed if (number := number_in(one)) is not None]


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def cheque_slip(request: StaffRequest, slip_id: int) -> HttpResponse:
    """One slip: its cheques, its total, and the bank's answers to record."""
    slip = _slip_or_404(slip_id)
    rows = [(one, *CHEQUES[one.state], _may_return(one)) for one in reads.cheques_on(slip)]
    context = {
        "sections": tabs_of("cheques"),
        "slip": slip,
        "rows": rows,
        "waits": any(one.state == ChequeState.REMITTED for one, *_ in rows),
        "form": ClearedForm(initial={"on": clock.today()}),
        "entries": journal_of(f"cheque_remittance:{slip.pk}"),
    }
    return render(request, "back_office/payments/cheque_slip.html", context)


def _may_return(cheque: RemittedCheque) -> bool:
    return ChequeState.UNPAID in CHEQUE_TRANSITIONS[ChequeState(cheque.state)]


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def cheque_slip_pdf(request: StaffRequest, slip_id: int) -> HttpResponse:
    """The slip to print and sign."""
    slip = _slip_or_404(slip_id)
    answer = HttpResponse(render_slip(slip), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{slip.number}.pdf"'
    return answer


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def cheque_slip_csv(request: StaffRequest, slip_id: int) -> HttpResponseBase:
    """The cheques of a slip, for a spreadsheet."""
    slip = _slip_or_404(slip_id)
    titles = ["Chèque", "Émetteur", "Client", "Commande", "Montant", "Reçu le", "Remis le"]
    titles += ["État", "Réponse de la banque le"]
    return csv_answer(f"bordereau-{slip.number}", titles, _csv_rows(slip))


def _csv_rows(slip: ChequeRemittance) -> Iterator[list[object]]:
    for one in reads.cheques_on(slip):
        paid = one.payment
        yield [
            *(paid.provider_ref, paid.payer, paid.order.company.legal_name, paid.order.reference),
            *(Money(paid.cents), paid.received_on, slip.remitted_on),
            *(CHEQUES[one.state][0], one.settled_on),
        ]


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def cheques_cleared(request: StaffRequest, slip_id: int) -> HttpResponse:
    """Record that the bank credited the cheques chosen of a slip."""
    slip, form, chosen = _slip_or_404(slip_id), ClearedForm(request.POST), _chosen(request)
    if not form.is_valid() or not chosen:
        messages.error(request, "Cochez les chèques crédités et indiquez leur jour.")
        return redirect("back_office:cheque_slip", slip.pk)
    for cheque in reads.cheques_on(slip).filter(payment__in=chosen):
        _clear(request, cheque, form.cleaned_data["on"])
    return redirect("back_office:cheque_slip", slip.pk)


def _clear(request: StaffRequest, cheque: RemittedCheque, on: date) -> None:
    try:
        note_cheque_cleared(cheque.payment_id, on=on, actor=actor_of(request), now=clock.now())
    except PaymentError as refusal:
        messages.error(request, f"Chèque {cheque.payment.provider_ref} : {refusal.sentence}")
    else:
        messages.success(request, f"Chèque {cheque.payment.provider_ref} crédité.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def cheque_unpaid(request: StaffRequest, cheque_id: int) -> HttpResponse:
    """A cheque came back: what it paid is due again, and the order stands still."""
    cheque = reads.cheque_of(number_in(str(cheque_id)) or 0)
    if cheque is None:
        raise Http404
    if not _may_return(cheque):
        return conflict(request, "Ce chèque est déjà revenu impayé.")
    form = UnpaidForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and acted(form, lambda: _returned(request, cheque, form), field="on"):
        messages.success(request, "Impayé enregistré : la somme est de nouveau due.")
        return redirect("back_office:cheque_slip", cheque.remittance_id)
    context, status = {"cheque": cheque, "form": form}, 400 if form.errors else 200
    return render(request, "back_office/payments/cheque_unpaid.html", context, status=status)


def _returned(request: StaffRequest, cheque: RemittedCheque, form: UnpaidForm) -> None:
    told = form.cleaned_data
    note_cheque_unpaid(cheque.payment_id, **told, actor=actor_of(request), now=clock.now())


def _slip_or_404(slip_id: int) -> ChequeRemittance:
    found = reads.slip_of(number_in(str(slip_id)) or 0)
    if found is None:
        raise Http404
    return found
