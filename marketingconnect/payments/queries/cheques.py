"""Cheques on their slips (bordereaux de remise), and what the bank answered (CGV II.2.b)."""

from django.db.models import Count, Q, QuerySet, Sum

from marketingconnect.payments.models import ChequeRemittance, RemittedCheque
from marketingconnect.payments.states import ChequeState


def slips() -> QuerySet[ChequeRemittance]:
    """Every slip, the latest first: how many cheques, how much, and how many wait or came back."""
    return ChequeRemittance.objects.annotate(
        count=Count("cheques"),
        cents=Sum("cheques__payment__cents"),
        waiting=Count("cheques", filter=Q(cheques__state=ChequeState.REMITTED)),
        unpaid=Count("cheques", filter=Q(cheques__state=ChequeState.UNPAID)),
    ).order_by("-pk")


def slip_of(slip_id: int) -> ChequeRemittance | None:
    """One slip, with its count and its total."""
    return slips().select_related("created_by").filter(pk=slip_id).first()


def cheques_on(slip: ChequeRemittance) -> QuerySet[RemittedCheque]:
    """The cheques of a slip, as it lists them."""
    rows = RemittedCheque.objects.filter(remittance=slip)
    return rows.select_related("payment__order__company", "remittance").order_by("pk")


def cheque_of(payment_id: int) -> RemittedCheque | None:
    """One cheque that went to the bank, by its receipt."""
    rows = RemittedCheque.objects.select_related("payment__order__company", "remittance")
    return rows.filter(payment=payment_id).first()
