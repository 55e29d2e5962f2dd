"""Money to give back: what clients are owed, what was planned, paid or dropped."""

from collections.abc import Iterator
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.invoices.queries import document_of
from marketingconnect.kernel.money import Money
from marketingconnect.orders.queries import order_by_reference
from marketingconnect.payments.models import Refund
from marketingconnect.payments.queries import overpaid_orders, refund_of, refunds_to_pay
from marketingconnect.payments.queries.refunds import Refundable, refundable
from marketingconnect.payments.services import cancel_refund, plan_refund, record_refund_paid
from marketingconnect.payments.states import (
    METHOD_LABELS,
    REFUND_METHODS,
    PaymentMethod,
    RefundState,
)
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.fields import AmountField, day_field
from marketingconnect.web.back_office.payments.labels import Label
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.keys import number_in

_MOST: Final = 200
STATES: Final[dict[str, Label]] = {
    RefundState.TO_PAY: ("À payer", "progress"),
    RefundState.PAID: ("Payé", "success"),
    RefundState.CANCELLED: ("Abandonné", "neutral"),
}


class PlanForm(forms.Form):
    """How much is given back, how and why."""

    amount = AmountField(label="Montant à rendre")
    method = forms.ChoiceField(
        label="Par", choices=[(one.value, METHOD_LABELS[one]) for one in REFUND_METHODS]
    )
    iban = forms.CharField(
        label="IBAN du client",
        max_length=42,
        required=False,
        help_text="Pour un virement : un compte de la zone SEPA, au nom du client.",
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        error_messages={"required": "Dites pourquoi cette somme est rendue."},
    )


class PaidForm(forms.Form):
    """The day and the reference that the bank gave."""

    paid_on = day_field("Payé le")
    reference = forms.CharField(
        label="Référence de la banque",
        max_length=80,
        error_messages={"required": "Indiquez la référence du virement ou du remboursement."},
    )


class DropForm(forms.Form):
    """Why it is not paid after all."""

    reason = forms.CharField(
        label="Motif de l’abandon",
        max_length=300,
        error_messages={"required": "Dites pourquoi ce remboursement est abandonné."},
    )


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def refunds(request: StaffRequest) -> HttpResponse:
    """What is to pay, the oldest first; then what clients may get back and nobody planned."""
    waiting = list(refunds_to_pay()[:_MOST])
    context = {
        "sections": tabs_of("refunds"),
        "waiting": waiting,
        "total": Money.total(Money(one.cents) for one in waiting),
        "owed": [(line.order, line.balance.excess) for line in overpaid_orders()],
    }
    return render(request, "back_office/payments/refunds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def refund_new(request: StaffRequest, number: str) -> HttpResponse:
    """Plan what is given back of an order paid too much, or of a credit note not spent."""
    owed = _owed_or_404(number)
    initial = {"amount": str(owed.amount), "method": PaymentMethod.TRANSFER}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _planned(request, owed, form):
        messages.success(request, "Remboursement prévu : il attend d’être payé.")
        return redirect("back_office:refunds")
    context = {"sections": tabs_of("refunds"), "owed": owed, "form": form}
    status = 400 if form.errors else 200
    return render(request, "back_office/payments/refund_new.html", context, status=status)


def _planned(request: StaffRequest, owed: Refundable, form: PlanForm) -> bool:
    def act() -> None:
        plan_refund(
            owed.order.pk,
            amount=form.cleaned_data["amount"],
            method=PaymentMethod(form.cleaned_data["method"]),
            reason=form.cleaned_data["reason"],
            iban=form.cleaned_data["iban"],
            credit_note_id=owed.credit_note.pk if owed.credit_note else None,
            actor=actor_of(request),
            now=clock.now(),
        )

    return acted(form, act)


def _owed_or_404(number: str) -> Refundable:
    """What may be given back of the order or of the credit note of this number."""
    order, note = order_by_reference(number), document_of(number)
    company_id = order.company_id if order else note.company_id if note else None
    if company_id is not None:
        for one in refundable(company_id):
            if number == (one.credit_note.number if one.credit_note else one.order.reference):
                return one
    raise Http404


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def refund(request: StaffRequest, refund_id: int) -> HttpResponse:
    """One refund: what it gives back, and its two ends."""
    return _page(request, _refund_or_404(refund_id), _paid_today(), DropForm())


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def refund_paid(request: StaffRequest, refund_id: int) -> HttpResponse:
    """Record that the money left the bank."""
    found, form = _refund_or_404(refund_id), PaidForm(request.POST)

    def act() -> None:
        record_refund_paid(found.pk, **form.cleaned_data, actor=actor_of(request), now=clock.now())

    if not form.is_valid() or not acted(form, act):
        return _page(request, found, form, DropForm())
    messages.success(request, f"Remboursement {found.number} payé : le client est prévenu.")
    return redirect("back_office:refunds")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def refund_drop(request: StaffRequest, refund_id: int) -> HttpResponse:
    """Give up a refund; what it set apart is the client's again."""
    found, form = _refund_or_404(refund_id), DropForm(request.POST)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        cancel_refund(found.pk, reason=reason, actor=actor_of(request), now=clock.now())

    if not form.is_valid() or not acted(form, act):
        return _page(request, found, _paid_today(), form)
    messages.success(request, f"Remboursement {found.number} abandonné.")
    return redirect("back_office:refunds")


def _paid_today() -> PaidForm:
    return PaidForm(initial={"paid_on": clock.today()})


def _page(request: StaffRequest, found: Refund, paid: PaidForm, drop: DropForm) -> HttpResponse:
    context = {
        "sections": tabs_of("refunds"),
        "refund": found,
        "state": STATES[found.state],
        "method": METHOD_LABELS[PaymentMethod(found.method)],
        "is_open": found.state == RefundState.TO_PAY,
        "paid_form": paid,
        "drop_form": drop,
        "entries": journal_of(f"order:{found.order_id}"),
    }
    status = 400 if paid.errors or drop.errors else 200
    return render(request, "back_office/payments/refund.html", context, status=status)


def _refund_or_404(refund_id: int) -> Refund:
    found = refund_of(number_in(str(refund_id)) or 0)
    if found is None:
        raise Http404
    return found


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def refunds_csv(request: StaffRequest) -> HttpResponseBase:
    """The refunds to pay, as the bank's own page asks for them."""
    titles = ["Remboursement", "Client", "Commande", "Avoir", "Par", "IBAN", "Montant", "Motif"]
    return csv_answer("remboursements-a-payer", titles, _csv_rows())


def _csv_rows() -> Iterator[list[object]]:
    for one in refunds_to_pay().iterator(chunk_size=500):
        yield [
            *(one.number, one.company.legal_name, one.order.reference),
            one.credit_note.number if one.credit_note else "",
            *(METHOD_LABELS[PaymentMethod(one.method)], one.iban, Money(one.cents), one.reason),
        ]
