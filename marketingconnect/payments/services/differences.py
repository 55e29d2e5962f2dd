"""A receipt short or over by a few cents: accounting settles it rather than write a letter."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import WriteOffRefusedError
from marketingconnect.payments.models import Payment, WriteOff
from marketingconnect.payments.queries import COUNTS, balance_of, due_for, paid_for
from marketingconnect.payments.rules import small_difference_problem
from marketingconnect.payments.services.settling import start_if_paid
from marketingconnect.payments.services.write_offs import give_up
from marketingconnect.payments.states import GivenUp
from marketingconnect.terms.law import value_on
from marketingconnect.terms.queries import law_of

_KEY = "small_difference_cents"


@transaction.atomic
def settle_small_difference(
    order_id: int, *, actor: Actor, now: datetime, invoice_id: int | None = None
) -> WriteOff:
    """CGV II.1.b: what an order, or one of its further invoices, received short or over is settled.

    An order short by so little is paid: it starts and is invoiced. What came over is kept. Raises
    WriteOffRefusedError beyond the amount set for that day, or when nothing came.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    given_up = GivenUp.SMALL_DIFFERENCE
    if invoice_id is not None:
        invoice = Invoice.objects.get(pk=invoice_id, order=order)
        short, came = due_for(invoice), paid_for(invoice)
        reason = _reason(short, came, Money.zero, now)
        return give_up(order, invoice, given_up, short, reason=reason, actor=actor, now=now)
    balance = balance_of(order)
    short, over = balance.remaining, balance.excess
    reason = _reason(short, balance.validated, over, now)
    if over.cents:
        return give_up(order, None, given_up, -over, reason=reason, actor=actor, now=now)
    issued = first_invoice_of(order) or _start(order, short, actor, now)
    return give_up(order, issued, given_up, short, reason=reason, actor=actor, now=now)


def _reason(short: Money, came: Money, over: Money, now: datetime) -> str:
    today = paris_date(now)
    most = small_difference_limit(today)
    difference = over if over.cents else short
    if problem := small_difference_problem(difference=difference, received=came, most=most):
        raise WriteOffRefusedError({"amount": problem})
    return f"Écart de règlement de {difference}, au plus {most}"


def small_difference_limit(today: date) -> Money:
    """CGV II.1.b: the largest difference that accounting settles by itself, as set for that day."""
    return Money(value_on(_KEY, today, law_of(_KEY), int))


def _start(order: Order, short: Money, actor: Actor, now: datetime) -> Invoice:
    payment = Payment.objects.filter(COUNTS, order=order, invoice=None).last()
    invoice = payment and start_if_paid(order, payment, actor=actor, at=now, forgiven=short)
    if not invoice:
        raise WriteOffRefusedError({"amount": "Cette commande n’attend plus de règlement."})
    return invoice
