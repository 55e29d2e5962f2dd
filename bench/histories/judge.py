"""What must hold after any history, read from the rows and from the bank's own truth."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from django.db import IntegrityError, connection, transaction

from bench.histories.by_bank import OFFLINE
from bench.histories.stage import Stage
from bench.histories.world import World
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import remaining_of
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import (
    balances_of_accounts,
    balances_of_clients,
    balances_of_documents,
)
from marketingconnect.orders.models import Order
from marketingconnect.payments.gateways.base import Verdict
from marketingconnect.payments.ledger_proof import faults as ledger_faults
from marketingconnect.payments.models import (
    DirectDebit,
    Instalment,
    Payment,
    PaymentAttempt,
    Refund,
    WriteOff,
)
from marketingconnect.payments.queries import paid_for, written_off_of
from marketingconnect.payments.services import ask_provider
from marketingconnect.payments.states import AttemptState


def settle_the_line(world: World) -> None:
    """The line works again, and every attempt is asked about: nothing may stay unknown."""
    for attempt_id in PaymentAttempt.objects.order_by("pk").values_list("pk", flat=True):
        ask_provider(attempt_id, now=world.now)


def faults_of(world: World) -> Iterator[str]:
    """Sentences, in English, on what does not hold; none when all is well."""
    yield from faults_of_the_ledger(world.stage.company.pk)
    yield from _faults_of_charges(world.stage)
    for reference in world.stage.offer.unpaid_launches:
        yield f"{reference} was launched unpaid"
    launches = [item.launches for item in world.stage.offer.items.values()]
    if max(launches, default=0) > 1:
        yield "an item was launched twice"


def faults_of_the_ledger(company_id: int) -> Iterator[str]:
    """It is balanced, equal to the documents, and the documents are numbered without a gap."""
    try:
        with transaction.atomic():
            connection.check_constraints()
    except IntegrityError as error:
        yield f"a constraint does not hold: {error}"
        return
    yield from ledger_faults()
    if sum(balance.cents for balance in balances_of_accounts().values()):
        yield "the ledger does not add up to zero"
    if balances_of_clients().get(company_id, Money.zero) != _documents_of(company_id):
        yield "the client's balance is not that of its documents"
    by_document = balances_of_documents(company_id)
    for invoice in Invoice.objects.filter(kind=InvoiceKind.INVOICE):
        if by_document[invoice.number] != _due(invoice):
            yield f"{invoice.number} does not stand in the ledger for what is due"
    yield from _gaps()


def _gaps() -> Iterator[str]:
    """In a series of a year, each number follows the one before."""
    last: dict[str, int] = {}
    for number in Invoice.objects.order_by("number").values_list("number", flat=True):
        series, _, rank = number.rpartition("-")
        if int(rank) != last.get(series, 0) + 1:
            yield f"{number} does not follow the one before"
        last[series] = int(rank)


def _due(invoice: Invoice) -> Money:
    spent = sum(use.cents for note in invoice.credit_notes.all() for use in note.uses.all())
    spent += sum(
        one.cents for one in Refund.objects.filter(credit_note__corrects=invoice, state="paid")
    )
    return remaining_of(invoice).total - paid_for(invoice) + Money(spent) - written_off_of(invoice)


def _documents_of(company_id: int) -> Money:
    """What the documents say, added up one by one."""
    issued = sum(one.total_cents for one in Invoice.objects.filter(company_id=company_id))
    received = sum(
        one.cents
        for one in Payment.objects.filter(order__company_id=company_id, credit_note=None)
        if one.validated_on and not one.reversed_on
    )
    paid = Refund.objects.filter(company_id=company_id, state="paid")
    given_up = sum(one.cents for one in WriteOff.objects.filter(company_id=company_id))
    return Money(issued - received + sum(one.cents for one in paid) - given_up)


def _faults_of_charges(stage: Stage) -> Iterator[str]:
    """Each charge that the bank made is one receipt of ours, and no order is charged twice."""
    charged: dict[int, int] = defaultdict(int)
    times: Counter[int] = Counter()
    for ref, told in stage.bank.truth.items():
        attempt = PaymentAttempt.objects.filter(key=str(told.key)).first()
        if attempt is None:
            yield f"the bank knows {ref}, and we do not"
            continue
        expected = [told.amount.cents] if told.verdict is Verdict.SUCCEEDED else []
        receipts = Payment.objects.filter(provider_ref=ref, attempt=attempt)
        if [one.cents for one in receipts] != expected:
            yield f"{ref}, {told.verdict.value} at the bank, is not {len(expected)} receipt of ours"
        charged[attempt.order_id] += sum(expected)
        times[attempt.order_id] += len(expected)
    for debit in DirectDebit.objects.filter(state="collected", invoice=None):
        charged[debit.order_id] += debit.cents
    yield from _charged_twice(charged, times)
    stuck = PaymentAttempt.objects.filter(state__in=[AttemptState.CREATED, AttemptState.UNKNOWN])
    for attempt in stuck:
        yield f"the attempt {attempt.pk} of {attempt.order} is stuck"


def _charged_twice(charged: Mapping[int, int], times: Mapping[int, int]) -> Iterator[str]:
    """More than its price, or more often than its schedule says.

    A transfer or a cheque that was taken back is due again: one charge more may then be right.
    """
    for order in Order.objects.filter(pk__in=charged):
        parts = max(1, Instalment.objects.filter(order=order).count())
        taken_back = Payment.objects.filter(order=order, method__in=OFFLINE)
        parts += taken_back.exclude(reversed_on=None).count()
        if charged[order.pk] > order.total_cents or times[order.pk] > parts:
            yield f"{order.reference} was charged twice"
