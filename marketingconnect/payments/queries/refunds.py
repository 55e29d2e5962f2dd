"""What may be given back to clients, and what is to be (CGV II.1.b, CL.6)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Refund
from marketingconnect.payments.queries.balances import balance_of, overpaid_ids
from marketingconnect.payments.queries.credits import credits_of
from marketingconnect.payments.states import RefundState


@dataclass(frozen=True)
class Refundable:
    """What a client may get back: of an order paid too much, or of a credit note not spent."""

    order: Order
    credit_note: Invoice | None
    amount: Money


def refundable(company_id: int) -> list[Refundable]:
    """CGV II.1.b, CL.6: all that a client may get back, refunds planned deducted."""
    overpaid = Order.objects.filter(pk__in=list(overpaid_ids(company_id)))
    found = [Refundable(order, None, balance_of(order).excess) for order in overpaid]
    notes = [
        Refundable(credit.note.order, credit.note, credit.unused)
        for credit in credits_of(company_id)
    ]
    return [one for one in [*found, *notes] if one.amount.cents]


def refunds_to_pay() -> QuerySet[Refund]:
    """Accounting's queue of refunds to pay, oldest first."""
    waiting = Refund.objects.filter(state=RefundState.TO_PAY)
    return waiting.select_related("company", "order", "credit_note").order_by("planned_at", "pk")


def refunds_of(company_id: int) -> QuerySet[Refund]:
    """A client's refunds, latest first."""
    refunds = Refund.objects.filter(company_id=company_id)
    return refunds.select_related("order", "credit_note").order_by("-planned_at", "-pk")


def refund_of(refund_id: int) -> Refund | None:
    """One refund."""
    related = ("company", "order", "credit_note", "planned_by", "ended_by")
    return Refund.objects.select_related(*related).filter(pk=refund_id).first()
