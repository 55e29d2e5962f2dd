"""Money already asked of a bank, whose answer is not known: it must not be asked a second time."""

from collections.abc import Collection

from django.db.models import Q, Sum

from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import DirectDebit, PaymentAttempt
from marketingconnect.payments.states import LIVE, PENDING_DEBITS, DebitState

AT_THE_BANK = (DebitState.EXPORTED,)


def debited_of(
    order: Order,
    states: Collection[DebitState] = PENDING_DEBITS,
    *,
    but: DirectDebit | None = None,
) -> Money:
    """CGV II.2.b: direct debits under way for an order itself, named by it or by its invoice.

    Those of its further invoices, which pay something else, do not count.
    """
    rows = DirectDebit.objects.filter(Q(invoice=None) | Q(invoice__cause=""), order=order)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    sums = rows.filter(state__in=states).aggregate(sum=Sum("cents"))
    return Money(sums["sum"] or 0)


def on_a_card_page(order: Order) -> Money:
    """CGV II.1.b: what a card may still pay: an open page, or one whose outcome is not known."""
    rows = PaymentAttempt.objects.filter(order=order, state__in=LIVE)
    return Money(rows.aggregate(sum=Sum("cents"))["sum"] or 0)
