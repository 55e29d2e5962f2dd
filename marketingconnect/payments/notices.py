"""What payments tell clients by mail."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.iban import spaced_iban
from marketingconnect.payments.models import DirectDebit, Payment
from marketingconnect.payments.queries import payable_now
from marketingconnect.payments.rules import creditor_reference
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod


def tell_order_is_paid(order: Order, payment: Payment, invoice: Invoice, *, at: datetime) -> None:
    """Once an order: its payment is validated, here is what comes next."""
    _queue(
        order,
        key=f"order-paid:{order.pk}",
        template="order_paid",
        at=at,
        **_receipt(payment),
        invoice_number=invoice.number,
        by_instalments=bool(invoice.schedule),
        remaining=Money(invoice.due_cents),
    )


def tell_payment_is_received(order: Order, payment: Payment, *, at: datetime) -> None:
    """Once a receipt: it came, accounting is about to validate it."""
    _queue(
        order,
        key=f"payment-received:{payment.pk}",
        template="payment_received",
        at=at,
        **_receipt(payment),
    )


def tell_payment_is_partial(
    order: Order, payment: Payment, missing: Money, *, at: datetime
) -> None:
    """Once a receipt: it is validated, and the order still waits for the rest."""
    _queue(
        order,
        key=f"payment-partial:{payment.pk}",
        template="payment_partial",
        at=at,
        **_receipt(payment),
        remaining=missing,
    )


def tell_how_to_pay(order: Order, *, at: datetime) -> None:
    """Once an order and a means: where to send the transfer or the cheque."""
    operator = operator_on(paris_date(at))
    method = PaymentMethod(order.payment_method)
    _queue(
        order,
        key=f"how-to-pay:{order.pk}:{method}",
        template="how_to_pay",
        at=at,
        method=method,
        by_transfer=method is PaymentMethod.TRANSFER,
        operator=operator,
        to_pay=payable_now(order, paris_date(at)),
        iban=spaced_iban(operator.iban),
        reference=creditor_reference(order.reference),
    )


def tell_debit_is_coming(debit: DirectDebit, *, at: datetime) -> None:
    """CGV II.2.b: the pre-notification of a debit: its amount, its day, its mandate and our ICS."""
    _queue(
        debit.order,
        key=f"debit-announced:{debit.pk}",
        template="debit_announced",
        at=at,
        method=PaymentMethod.DEBIT,
        debit=debit,
        amount=Money(debit.cents),
        number=debit.invoice.number if debit.invoice else debit.order.reference,
        iban_end=debit.mandate.iban[-4:],
    )


def tell_payment_is_taken_back(order: Order, payment: Payment, *, at: datetime) -> None:
    """Once a payment: the bank refused it, what it paid is due again."""
    _queue(
        order,
        key=f"payment-taken-back:{payment.pk}",
        template="payment_taken_back",
        at=at,
        **_receipt(payment),
        reference=creditor_reference(order.reference),
        is_of_order=payment.invoice is None,
    )


def _receipt(payment: Payment) -> dict[str, Any]:
    return {
        "method": payment.method,
        "amount": Money(payment.cents),
        "received_on": payment.received_on,
        "validated_on": payment.validated_on,
    }


def _queue(
    order: Order, *, key: str, template: str, at: datetime, method: Any, **context: Any
) -> None:
    queue_notice(
        key=key,
        template=template,
        to_email=order.placed_by.email,
        company_id=order.company_id,
        at=at,
        context={
            "order": order,
            "first_name": order.placed_by.first_name,
            "total": Money(order.total_cents),
            "method": METHOD_LABELS[PaymentMethod(method)].lower(),
            "action_url": settings.BASE_URL + reverse("client_area:order", args=[order.reference]),
            "action_text": "Voir la commande",
            **context,
        },
    )
