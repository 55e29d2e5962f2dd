"""Accounting's screens: what is awaited, what came, what is validated."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import order_by_reference
from marketingconnect.payments.errors import PaymentError, ReceiptRefusedError
from marketingconnect.payments.queries import (
    balance_of,
    overpaid_orders,
    payment_of,
    payments_awaited,
    payments_of,
    suspicious_callbacks,
)
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.payments.forms import ReceiptForm, ValidationForm
from marketingconnect.web.back_office.payments.tabs import tabs_of


@require_GET
@staff_page(StaffRole.ACCOUNTING)
def payments(request: StaffRequest) -> HttpResponse:
    """The queue: awaited payments, oldest first; what was paid too much; callbacks refused."""
    method = request.GET.get("moyen", "")
    context = {
        "sections": tabs_of("payments"),
        "awaited": payments_awaited(method if method in {"transfer", "cheque"} else ""),
        "overpaid": overpaid_orders(),
        "suspicious": suspicious_callbacks(),
        "method": method,
    }
    return render(request, "back_office/payments/queue.html", context)


@require_GET
@staff_page(StaffRole.ACCOUNTING)
def payment_order(request: StaffRequest, reference: str) -> HttpResponse:
    """One order: what it owes, what came, the form to record more."""
    order = _order_or_404(reference)
    initial = {"received_on": clock.today(), "method": order.payment_method}
    return _page(request, order, ReceiptForm(initial=initial))


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def record_receipt(request: StaffRequest, reference: str) -> HttpResponse:
    """Record that a transfer or a cheque arrived."""
    order, form = _order_or_404(reference), ReceiptForm(request.POST)
    if not form.is_valid() or not _recorded(request, order, form):
        return _page(request, order, form, status=400)
    messages.success(request, "Réception enregistrée ; le client est prévenu.")
    return redirect("back_office:payment_order", reference)


def _recorded(request: StaffRequest, order: Order, form: ReceiptForm) -> bool:
    """Whether it was written down; if not, the form says why by the field."""
    actor, now = actor_of(request), clock.now()
    try:
        record_offline_receipt(order.pk, actor=actor, now=now, **form.receipt())
    except ReceiptRefusedError as refusal:
        for field, sentence in refusal.problems.items():
            form.add_error(field, sentence)
    except PaymentError as refusal:
        form.add_error("reference", refusal.sentence)
    return form.is_valid()


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def validate_receipt(request: StaffRequest, reference: str, payment_id: int) -> HttpResponse:
    """Validate a receipt at a date; the order follows when all is there."""
    order, form = _order_or_404(reference), ValidationForm(request.POST)
    payment = payment_of(order, payment_id)
    if payment is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, "Indiquez la date de validation.")
        return redirect("back_office:payment_order", reference)
    day, actor = form.cleaned_data["validated_on"], actor_of(request)
    try:
        validate_offline(payment.pk, validated_on=day, actor=actor, now=clock.now())
    except PaymentError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Règlement validé.")
    return redirect("back_office:payment_order", reference)


def _page(
    request: StaffRequest, order: Order, form: ReceiptForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "order": order,
        "form": form,
        "validation": ValidationForm(initial={"validated_on": clock.today()}),
        "balance": balance_of(order),
        "receipts": payments_of(order),
    }
    return render(request, "back_office/payments/order.html", context, status=status)


def _order_or_404(reference: str) -> Order:
    order = order_by_reference(reference)
    if order is None:
        raise Http404
    return order
