"""Transfers, cheques and direct debits: typed by accounting, or told by the bank."""

from typing import Any, Final

from bench.bank_files import Line, statement, written
from bench.histories.stage import CLERK
from bench.histories.world import World
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import DirectDebit, Payment
from marketingconnect.payments.queries import (
    balance_of,
    due_for,
)
from marketingconnect.payments.services import (
    announce_debit,
    collect_debit,
    export_debits,
    import_statement,
    record_invoice_receipt,
    record_offline_receipt,
    reject_debit,
    take_payment_back,
    validate_offline,
)
from marketingconnect.payments.states import PaymentMethod

OFFLINE: Final = ("transfer", "cheque")


def receive(world: World) -> None:
    """Accounting types a transfer or a cheque, sometimes twice, and validates it, or not yet."""
    sold = world.order()
    amount = world.some_of(Money(sold.total_cents))
    facts: dict[str, Any] = {
        "method": PaymentMethod(world.draw.choice(OFFLINE)),
        "amount": amount,
        "reference": world.reference(),
        "payer": "Nadia",
        "received_on": world.today,
    }
    payment = record_offline_receipt(sold.pk, **facts, actor=CLERK, now=world.now)
    if world.draw.random() < 0.3:
        again = record_offline_receipt(sold.pk, **facts, actor=CLERK, now=world.now)
        if again != payment:
            raise RuntimeError("one reference made two receipts")
    if world.draw.random() < 0.8:
        validate_offline(payment.pk, validated_on=world.today, actor=CLERK, now=world.now)


def validate(world: World) -> None:
    payment = world.any_of(Payment.objects.filter(validated_on=None))
    validate_offline(payment.pk, validated_on=world.today, actor=CLERK, now=world.now)


def receive_for_an_invoice(world: World) -> None:
    invoice = world.invoice()
    amount = world.some_of(due_for(invoice))
    record_invoice_receipt(
        invoice.pk,
        method=PaymentMethod.CHEQUE,
        amount=amount,
        reference=world.reference(),
        payer="Nadia",
        received_on=world.today,
        validated_on=world.today,
        actor=CLERK,
        now=world.now,
    )


def bank_file(world: World) -> None:
    """A statement of one transfer that names an order, read twice."""
    sold = world.order()
    amount = world.some_of(balance_of(sold).remaining)
    reference = world.reference()
    line = Line(amount.cents, words=sold.reference, reference=reference, day=world.today)
    path = written(world.folder, statement(line), f"{reference}.xml")
    try:
        for _ in range(2):
            import_statement(path, name=path.name, actor=CLERK, now=world.now)
    finally:
        path.unlink()


def announce(world: World) -> None:
    sold = world.any_of(Order.objects.filter(payment_method="debit"))
    amount = world.some_of(balance_of(sold).remaining)
    announce_debit(
        world.stage.mandate_id, number=sold.reference, amount=amount, actor=CLERK, now=world.now
    )


def file_of_debits(world: World) -> None:
    debit = world.any_of(DirectDebit.objects.filter(state="announced"))
    export_debits(collected_on=debit.collected_on, actor=CLERK, now=world.now)


def collect(world: World) -> None:
    """Sent if need be, told once or again; mostly on its day or later, now and then too early."""
    debit = world.any_of(
        DirectDebit.objects.filter(state__in=("announced", "exported", "collected"))
    )
    if debit.state == "announced":
        export_debits(collected_on=debit.collected_on, actor=CLERK, now=world.now)
    if world.draw.random() < 0.8:
        world.wait_until(debit.collected_on)
    collect_debit(debit.pk, received_on=world.today, actor=CLERK, now=world.now)


def return_a_debit(world: World) -> None:
    """Before the money came, or weeks after."""
    debit = world.any_of(DirectDebit.objects.exclude(state="announced"))
    reject_debit(debit.pk, reason="AM04", on=world.today, actor=CLERK, now=world.now)


def take_back(world: World) -> None:
    """An unpaid cheque, a transfer recalled; a bank takes nothing of a card back here."""
    received = Payment.objects.filter(method__in=OFFLINE, credit_note=None)
    payment = world.any_of(received)
    take_payment_back(payment.pk, reason="Impayé", on=world.today, actor=CLERK, now=world.now)
