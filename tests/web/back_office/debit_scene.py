"""A client under a direct-debit mandate, for the pages of accounting."""

from datetime import datetime

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import DebitMandate, DirectDebit
from marketingconnect.payments.services import (
    activate_mandate,
    announce_debit,
    export_debits,
    propose_mandate,
    sign_mandate,
)
from tests.sale import CLERK, Shop

IBAN = "FR1420041010050500013M02606"


def proposed(company: Company, now: datetime, *, notice_days: int | None = None) -> DebitMandate:
    return propose_mandate(
        company.pk,
        iban=IBAN,
        debtor="Boulangerie Nadia",
        actor=CLERK,
        now=now,
        notice_days=notice_days,
    )


def in_use(company: Company, now: datetime, *, notice_days: int | None = None) -> DebitMandate:
    """Signed on paper and put in use."""
    mandate = proposed(company, now, notice_days=notice_days)
    day = clock.paris_date(now)
    sign_mandate(mandate.pk, signed_on=day, signature="Classeur 1", actor=CLERK, now=now)
    return activate_mandate(mandate.pk, actor=CLERK, now=now)


def debit_order(shop: Shop, now: datetime) -> Order:
    """An order to be paid by debit."""
    order = shop.order(method="transfer", now=now)
    Order.objects.filter(pk=order.pk).update(payment_method="debit")
    order.refresh_from_db()
    return order


def announced(mandate: DebitMandate, order: Order, now: datetime, *, cents: int = 0) -> DirectDebit:
    """All of the order unless told otherwise."""
    amount = Money(cents or order.total_cents)
    return announce_debit(mandate.pk, number=order.reference, amount=amount, actor=CLERK, now=now)


def sent(mandate: DebitMandate, order: Order, now: datetime, *, cents: int = 0) -> DirectDebit:
    """Announced, and in a file of the bank."""
    debit = announced(mandate, order, now, cents=cents)
    export_debits(collected_on=debit.collected_on, actor=CLERK, now=now)
    debit.refresh_from_db()
    return debit
