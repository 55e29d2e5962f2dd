"""What instalments, refunds and write-offs tell clients by mail."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.receivables import Overdue
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.iban import spaced_iban
from marketingconnect.payments.models import Payment, Refund, WriteOff
from marketingconnect.payments.queries import ShownInstalment, balance_of, payable_now
from marketingconnect.payments.rules import creditor_reference
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod


def tell_instalment_is_paid(order: Order, payment: Payment, *, at: datetime) -> None:
    """Once a receipt: it pays an instalment; what remains, and what comes next."""
    balance = balance_of(order)
    _queue(
        order,
        key=f"instalment-paid:{payment.pk}",
        template="instalment_paid",
        at=at,
        amount=Money(payment.cents),
        method=METHOD_LABELS[PaymentMethod(payment.method)].lower(),
        remaining=balance.remaining,
        is_paid=not balance.remaining.cents,
        next_amount=payable_now(order, paris_date(at)),
    )


def tell_instalment_is_late(
    order: Order, instalment: ShownInstalment, rate: Decimal, *, at: datetime
) -> None:
    """CGV II.2.b: once an instalment: it did not come by its day; penalties run at that rate."""
    _queue(
        order,
        key=f"instalment-late:{order.pk}:{instalment.number}",
        template="instalment_late",
        at=at,
        instalment=instalment,
        rate=rate,
        **_where_to_pay(order, at),
    )


def tell_document_is_late(
    order: Order, invoice: Invoice, late: Overdue, *, level: int, at: datetime
) -> None:
    """CGV II.2.a: a reminder that accounting sends, once a document and a level."""
    _queue(
        order,
        key=f"invoice-late:{invoice.pk}:{level}",
        template="document_late",
        at=at,
        invoice=invoice,
        late=late,
        level=level,
        **{**_where_to_pay(order, at), "reference": invoice.number},
    )


def tell_first_payment_is_late(order: Order, due_on: date, amount: Money, *, at: datetime) -> None:
    """CGV II.2.b: once an order: nothing came by the last day for its first payment."""
    _queue(
        order,
        key=f"first-payment-late:{order.pk}",
        template="first_payment_late",
        at=at,
        due_on=due_on,
        amount=amount,
        **_where_to_pay(order, at),
    )


def tell_refund_is_paid(refund: Refund, *, at: datetime) -> None:
    """CGV II.1.b, CL.6: once a refund: the money left, and where it goes."""
    _queue(
        refund.order,
        key=f"refund-paid:{refund.pk}",
        template="refund_paid",
        at=at,
        refund=refund,
        amount=Money(refund.cents),
        by_card=refund.method == PaymentMethod.CARD,
        iban_end=refund.iban[-4:],
        note=refund.credit_note.number if refund.credit_note else "",
    )


def tell_vat_cannot_be_deducted(row: WriteOff, *, at: datetime) -> None:
    """CGV II.2.a: the copy of an unpaid invoice, with the words of CGI, art. 272, 1.

    A seller who owes VAT at the issue gets it back once the client is told so.
    """
    invoice = row.invoice
    if invoice is None:
        return
    attached = {"name": f"{invoice.number}.pdf", "path": invoice.pdf_path}
    _queue(
        row.order,
        key=f"vat-not-deductible:{row.pk}",
        template="vat_not_deductible",
        at=at,
        attachments=[{**attached, "type": "application/pdf"}] if invoice.pdf_path else [],
        invoice=invoice,
        net=Money(row.cents - row.vat_cents),
        vat=Money(row.vat_cents),
    )


def _where_to_pay(order: Order, at: datetime) -> dict[str, Any]:
    operator = operator_on(paris_date(at))
    return {
        "operator": operator,
        "iban": spaced_iban(operator.iban),
        "reference": creditor_reference(order.reference),
    }


def _queue(
    order: Order,
    *,
    key: str,
    template: str,
    at: datetime,
    attachments: list[dict[str, str]] | None = None,
    **context: Any,
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
            "action_url": settings.BASE_URL + reverse("client_area:order", args=[order.reference]),
            "action_text": "Voir la commande",
            **context,
        },
        attachments=attachments or [],
    )
