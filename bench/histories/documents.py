"""Further invoices, credit notes, refunds, debts given up."""

from decimal import Decimal
from typing import Final

from bench.histories.stage import CLERK
from bench.histories.world import NothingError, World
from marketingconnect.invoices.queries import remaining_of
from marketingconnect.invoices.services import DocumentLine, issue_credit_note, issue_supplement
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import first_entry_day, last_closed_month
from marketingconnect.ledger.rules.closing import next_month
from marketingconnect.ledger.services.closing import close_month
from marketingconnect.payments.models import Refund
from marketingconnect.payments.queries import (
    due_for,
    refundable,
)
from marketingconnect.payments.services import (
    cancel_refund,
    plan_refund,
    record_refund_paid,
    settle_small_difference,
    spend_credit_on_invoice,
    spend_credit_on_order,
    write_off,
)
from marketingconnect.payments.states import PaymentMethod, RefundState

IBAN: Final = "FR7630006000011234567890189"


def _line(net: Money) -> list[DocumentLine]:
    return [DocumentLine(label="Essai", quantity=1, unit="flat", unit_price=Decimal(1), net=net)]


def supplement(world: World) -> None:
    invoice = world.invoice()
    net = Money(world.draw.randint(100, 20_000))
    cause = f"amendment:{world.reference()}"
    issue_supplement(invoice.order_id, _line(net), reason="x", cause=cause, now=world.now)


def credit(world: World) -> None:
    invoice = world.invoice()
    net = world.some_of(remaining_of(invoice).net)
    cause = f"settlement:{world.reference()}"
    issue_credit_note(invoice, _line(net), reason="x", cause=cause, now=world.now)


def spend(world: World) -> None:
    sold = world.order()
    spend_credit_on_order(sold.pk, actor=CLERK, now=world.now)
    invoice = world.invoice()
    spend_credit_on_invoice(invoice.pk, actor=CLERK, now=world.now)


def refund(world: World) -> None:
    owed = refundable(world.stage.company.pk)
    if not owed:
        raise NothingError
    one = world.draw.choice(owed)
    plan_refund(
        one.order.pk,
        amount=world.some_of(one.amount),
        method=PaymentMethod.TRANSFER,
        reason="Trop-perçu",
        iban=IBAN,
        credit_note_id=one.credit_note.pk if one.credit_note else None,
        actor=CLERK,
        now=world.now,
    )


def end_refund(world: World) -> None:
    planned = world.any_of(Refund.objects.all())
    if world.draw.random() < 0.3:
        cancel_refund(planned.pk, reason="Erreur", actor=CLERK, now=world.now)
    else:
        again = planned.reference if planned.state == RefundState.PAID else world.reference()
        record_refund_paid(
            planned.pk, paid_on=world.today, reference=again, actor=CLERK, now=world.now
        )


def give_up(world: World) -> None:
    """A debt that will never come, or a few cents."""
    if world.draw.random() < 0.5:
        invoice = world.invoice()
        amount = world.some_of(due_for(invoice))
        write_off(invoice.pk, amount=amount, reason="Liquidation", actor=CLERK, now=world.now)
    else:
        settle_small_difference(world.order().pk, actor=CLERK, now=world.now)


def close_the_month(world: World) -> None:
    """The oldest that is open, over or not."""
    last = last_closed_month()
    first = first_entry_day()
    if first is None:
        raise NothingError
    month = next_month(last) if last else first.replace(day=1)
    close_month(month, by=world.stage.accountant, now=world.now)
