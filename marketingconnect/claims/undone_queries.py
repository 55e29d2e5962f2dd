"""Orders that ended before all their work was done, and what is to be given back of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from marketingconnect.audit.models import JournalEntry
from marketingconnect.claims.rules.undone import undone_credit
from marketingconnect.contracts.models import Termination
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of, remaining_of
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.states import LineState, OrderState
from marketingconnect.terms.queries import parameters_of

ENDED = (OrderState.CANCELLED, OrderState.TERMINATED)


@dataclass(frozen=True)
class EndedLine:
    """A service of an order that ended, and how far it had come."""

    line: OrderLine
    had_begun: bool
    """Its work was under way, or done: nothing is given back of it unless accounting says so."""


@dataclass(frozen=True)
class Undone:
    """What an ended order gives back, as the rule proposes it; amounts HT."""

    order: Order
    invoice: Invoice
    lines: Sequence[EndedLine]
    credited: Money
    remaining: Money
    proposed: Money
    fee_is_due: bool
    """Whether file fees are asked: the order ended for its content (CGV B.2)."""


def orders_ended_undecided() -> QuerySet[Order]:
    """Ended, invoiced, and not decided yet; the oldest first."""
    invoiced = Order.objects.filter(invoices__cause="", invoices__kind="invoice")
    waiting = invoiced.filter(state__in=ENDED, undone_decision__isnull=True).distinct()
    return waiting.select_related("company", "terms").order_by("ended_at", "pk")


def undone_to_decide() -> list[Undone]:
    """Those of which something may be given back: what never began, or began and was stopped."""
    found = [undone_of(order) for order in orders_ended_undecided()[:200]]
    return [one for one in found if one is not None and _asks_a_decision(one)]


def _asks_a_decision(undone: Undone) -> bool:
    stopped = any(one.had_begun and one.line.state == LineState.STOPPED for one in undone.lines)
    return bool(undone.proposed.cents or (stopped and undone.remaining.cents))


def undone_of(order: Order) -> Undone | None:
    """What the rule gives back of an ended order; None while it goes on or was not invoiced."""
    invoice = first_invoice_of(order)
    if invoice is None or order.state not in ENDED:
        return None
    lines = _lines_of(order)
    never_began = Money.total(Money(one.line.net_cents) for one in lines if not one.had_begun)
    kept = Money.total(Money(one.line.net_cents) for one in lines if one.had_begun)
    remaining = remaining_of(invoice).net
    credited = Money(invoice.net_cents) - remaining
    proposed = undone_credit(
        undone=never_began,
        top_up=Money.total(Money(one.net_cents) for one in order.lines.filter(offer="")),
        kept=kept,
        minimum=parameters_of(order.terms).minimum_order,
        credited=credited,
        remaining=remaining,
    )
    ending = Termination.objects.filter(order=order).first()
    for_content = ending is not None and ending.ground == Ground.CONTENT
    return Undone(order, invoice, lines, credited, remaining, proposed, for_content)


def _lines_of(order: Order) -> list[EndedLine]:
    """The journal says how far each line had come when it was stopped."""
    stopped = JournalEntry.objects.filter(
        subject=f"order:{order.pk}", action="order_line.stopped", before__state=LineState.RUNNING
    )
    under_way = {entry.before["line"] for entry in stopped if entry.before}
    return [
        EndedLine(line, line.state != LineState.STOPPED or line.number in under_way)
        for line in order.lines.exclude(offer="")
    ]
