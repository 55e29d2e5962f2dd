"""Direct debits: mandates, pre-notification, the bank's file, and refusals that reopen."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import sepaxml
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from lxml import etree

from bench.bank_files import Line, statement, written
from marketingconnect import clock
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import DebitError, MandateError, ReceiptRefusedError
from marketingconnect.payments.models import (
    BankEntry,
    DebitFile,
    DebitMandate,
    DirectDebit,
    Payment,
)
from marketingconnect.payments.queries import balance_of, due_for, unpaid_invoices
from marketingconnect.payments.services import (
    activate_mandate,
    announce_debit,
    collect_debit,
    export_debits,
    import_statement,
    propose_mandate,
    reject_debit,
    revoke_mandate,
    sign_mandate,
    take_payment_back,
)
from marketingconnect.payments.states import DebitState, MandateState, Match
from tests.cast import Cast
from tests.payments.line_to_the_bank import actions
from tests.payments.test_statements import typed
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
IBAN = "FR14 2004 1010 0505 0001 3M02 606"
DUE = date(2026, 12, 7)
BEFORE = NOON + timedelta(days=11)
"""Friday 4 December: the last day for the file of Monday 7."""


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer")


def proposed(cast: Cast, *, notice_days: int | None = None, once: bool = False) -> DebitMandate:
    return propose_mandate(
        cast.bakery.pk,
        iban=IBAN,
        debtor="Boulangerie Nadia & Fils",
        actor=CLERK,
        now=NOON,
        is_one_off=once,
        notice_days=notice_days,
    )


def signed(mandate: DebitMandate) -> DebitMandate:
    return sign_mandate(
        mandate.pk, signed_on=clock.paris_date(NOON), signature="Papier", actor=CLERK, now=NOON
    )


@pytest.fixture
def mandate(shop: Shop) -> DebitMandate:
    return activate_mandate(signed(proposed(shop.cast)).pk, actor=CLERK, now=NOON)


def announced(
    mandate: DebitMandate, order: Order, cents: int = 360_00, now: datetime = NOON
) -> DirectDebit:
    return announce_debit(
        mandate.pk, number=order.reference, amount=Money(cents), actor=CLERK, now=now
    )


def sent(mandate: DebitMandate, order: Order) -> DirectDebit:
    debit = announced(mandate, order)
    export_debits(collected_on=debit.collected_on, actor=CLERK, now=BEFORE)
    debit.refresh_from_db()
    return debit


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_a_mandate_is_proposed_signed_then_in_use(shop: Shop) -> None:
    mandate = proposed(shop.cast)

    assert mandate.reference == f"MC-{shop.cast.bakery.reference}-001"
    assert (mandate.iban, mandate.creditor_identifier) == (IBAN.replace(" ", ""), "FR72ZZZ123456")
    with pytest.raises(MandateError):
        activate_mandate(mandate.pk, actor=CLERK, now=NOON)
    with pytest.raises(MandateError, match="déjà un mandat"):
        proposed(shop.cast)
    signed(mandate)
    with pytest.raises(MandateError):
        signed(mandate)
    assert activate_mandate(mandate.pk, actor=CLERK, now=NOON).state == MandateState.ACTIVE
    assert {f"debit_mandate.{act}" for act in ("proposed", "signed", "activated")} <= set(actions())


def test_the_database_refuses_a_mandate_in_use_that_nobody_signed(shop: Shop) -> None:
    proposed(shop.cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        DebitMandate.objects.update(state=MandateState.ACTIVE)


@pytest.mark.parametrize("iban", ["", "FR1420041010050500013M02607", "GE29NB0000000101904917"])
def test_an_account_that_cannot_be_debited_is_refused(shop: Shop, iban: str) -> None:
    with pytest.raises(MandateError, match="SEPA"):
        propose_mandate(shop.cast.bakery.pk, iban=iban, debtor="X", actor=CLERK, now=NOON)


def test_without_a_creditor_identifier_no_mandate_is_written(
    shop: Shop, settings: LazySettings
) -> None:
    settings.SEPA_CREDITOR_IDENTIFIER = ""

    with pytest.raises(MandateError, match="ICS"):
        proposed(shop.cast)


@pytest.mark.parametrize(
    ("notice_days", "day"), [(None, DUE), (5, date(2026, 11, 30)), (2, date(2026, 11, 25))]
)
def test_a_debit_is_announced_in_time(
    shop: Shop, order: Order, notice_days: int | None, day: date
) -> None:
    mandate = activate_mandate(
        signed(proposed(shop.cast, notice_days=notice_days)).pk, actor=CLERK, now=NOON
    )

    debit = announced(mandate, order)

    notice = Notice.objects.get(template="debit_announced")
    assert debit.collected_on == day
    for told in (mandate.reference, "FR72ZZZ123456", "360,00", f"{day.day}\u00a0", debit.key):
        assert told in notice.text
    assert "FR14" not in notice.text


@pytest.mark.parametrize("cents", [0, -1, 360_01])
def test_no_more_than_what_is_due_is_announced(
    mandate: DebitMandate, order: Order, cents: int
) -> None:
    with pytest.raises(DebitError, match="doit moins"):
        announced(mandate, order, cents)


def test_one_debit_at_a_time_for_an_order(mandate: DebitMandate, order: Order) -> None:
    announced(mandate, order, 100_00)

    with pytest.raises(DebitError, match="déjà en cours"):
        announced(mandate, order, 100_00)


def test_another_clients_order_is_not_debited(
    shop: Shop, mandate: DebitMandate, order: Order
) -> None:
    DebitMandate.objects.filter(pk=mandate.pk).update(company=shop.cast.garage)

    with pytest.raises(DebitError, match="pas de document"):
        announced(mandate, order)


def test_a_debit_goes_in_one_file_that_the_schema_accepts(
    mandate: DebitMandate, order: Order, tmp_path: Path
) -> None:
    debit = sent(mandate, order)

    file = DebitFile.objects.get()
    again = export_debits(collected_on=DUE, actor=CLERK, now=BEFORE)
    schema = Path(sepaxml.__file__).parent / "schemas" / "pain.008.001.08.xsd"
    document = etree.fromstring(bytes(file.content))
    etree.XMLSchema(etree.parse(schema)).assertValid(document)
    assert (again.file, again.is_again) == (file, True)
    assert (debit.state, debit.file, debit.sequence) == (DebitState.EXPORTED, file, "FRST")
    assert document.findtext(".//{*}EndToEndId") == debit.key
    assert document.findtext(".//{*}MndtId") == mandate.reference
    assert document.findtext(".//{*}InstdAmt") == "360.00"
    assert document.findtext(".//{*}ReqdColltnDt") == "2026-12-07"
    assert document.findtext(".//{*}CreDtTm") == "2026-12-04T12:00:00"


def test_sequences_follow_the_use_of_the_mandate(shop: Shop, mandate: DebitMandate) -> None:
    first = sent(mandate, shop.order(method="transfer"))
    reject_debit(first.pk, reason="AM04", on=DUE, actor=CLERK, now=BEFORE)
    second = sent(mandate, shop.order(method="transfer"))
    third = sent(mandate, shop.order(method="transfer"))

    sequences = [debit.sequence for debit in (first, second, third)]
    assert sequences == ["FRST", "FRST", "RCUR"]
    assert DebitFile.objects.count() == 3


def test_a_one_off_mandate_debits_once(shop: Shop) -> None:
    mandate = activate_mandate(signed(proposed(shop.cast, once=True)).pk, actor=CLERK, now=NOON)
    debit = sent(mandate, shop.order(method="transfer"))

    assert debit.sequence == "OOFF"
    with pytest.raises(DebitError, match="ne vaut que"):
        announced(mandate, shop.order(method="transfer"))


def test_the_bank_must_have_the_file_a_working_day_before(
    mandate: DebitMandate, order: Order
) -> None:
    announced(mandate, order)

    with pytest.raises(DebitError, match="jour ouvré"):
        export_debits(collected_on=DUE, actor=CLERK, now=BEFORE + timedelta(days=1))


def test_what_was_paid_meanwhile_is_not_debited(mandate: DebitMandate, order: Order) -> None:
    debit = announced(mandate, order)
    typed(order, 360_00, "VIR 1")

    exported = export_debits(collected_on=DUE, actor=CLERK, now=BEFORE)

    debit.refresh_from_db()
    assert (exported.file, exported.dropped) == (None, 1)
    assert debit.state == DebitState.CANCELLED


def test_a_revoked_mandate_debits_nothing(mandate: DebitMandate, order: Order) -> None:
    debit = announced(mandate, order)

    revoke_mandate(mandate.pk, actor=CLERK, now=NOON)

    debit.refresh_from_db()
    assert debit.state == DebitState.CANCELLED
    assert export_debits(collected_on=DUE, actor=CLERK, now=BEFORE).file is None
    with pytest.raises(DebitError, match="pas en vigueur"):
        announced(mandate, order)


@pytest.mark.parametrize(
    ("last_day", "stands"), [(date(2029, 11, 23), True), (date(2029, 11, 24), False)]
)
def test_a_mandate_unused_for_36_months_is_void(
    mandate: DebitMandate, order: Order, last_day: date, stands: bool
) -> None:
    now = datetime.combine(last_day, NOON.timetz())

    if stands:
        announced(mandate, order, now=now)
    else:
        with pytest.raises(DebitError, match="pas en vigueur"), transaction.atomic():
            announced(mandate, order, now=now)


def test_collected_money_validates_the_order_once(mandate: DebitMandate, order: Order) -> None:
    debit = sent(mandate, order)

    payments = {
        collect_debit(debit.pk, received_on=DUE, actor=CLERK, now=NOON + timedelta(days=14)).pk
        for _ in range(2)
    }

    assert len(payments) == Payment.objects.count() == 1
    assert state_of(order) == OrderState.VALIDATED
    assert Invoice.objects.get().payment_label


def test_a_refusal_before_collection_leaves_the_order_due(
    mandate: DebitMandate, order: Order
) -> None:
    debit = sent(mandate, order)
    with pytest.raises(DebitError, match="pourquoi"):
        reject_debit(debit.pk, reason=" ", on=DUE, actor=CLERK, now=BEFORE)

    reject_debit(debit.pk, reason="AM04", on=DUE, actor=CLERK, now=BEFORE)

    assert not Payment.objects.exists()
    assert balance_of(order).remaining == Money(360_00)
    assert announced(mandate, order, now=BEFORE).key.endswith("-P02")
    with pytest.raises(DebitError):
        collect_debit(debit.pk, received_on=DUE, actor=CLERK, now=BEFORE)


def test_money_taken_back_reopens_the_order_and_stops_the_work(
    mandate: DebitMandate, order: Order, tmp_path: Path
) -> None:
    debit = sent(mandate, order)
    now = NOON + timedelta(days=15)
    lines = [
        Line(360_00, "", "C1", DUE, end_to_end=debit.key),
        Line(360_00, "", "R1", DUE, direction="DBIT", end_to_end=debit.key, return_reason="MD06"),
    ]

    for _ in range(2):
        path = written(tmp_path, statement(*lines))
        import_statement(path, name=path.name, actor=CLERK, now=now)

    debit.refresh_from_db()
    payment = Payment.objects.get()
    invoice = Invoice.objects.get()
    assert list(BankEntry.objects.values_list("match", "state")) == [(Match.EXACT, "matched")] * 2
    assert (debit.state, debit.rejection) == (DebitState.REJECTED, "MD06")
    assert (payment.reversed_on, payment.reversal_reason) == (DUE, "MD06")
    assert state_of(order) == OrderState.SUSPENDED
    assert balance_of(order).remaining == due_for(invoice) == Money(360_00)
    assert unpaid_invoices() == [(invoice, Money(360_00))]
    assert Notice.objects.filter(template="payment_taken_back").count() == 1

    path = written(tmp_path, statement(Line(360_00, order.reference, "V1", DUE)))
    imported = import_statement(path, name=path.name, actor=CLERK, now=now)

    assert imported.matches == {Match.EXACT: 1}
    assert state_of(order) == OrderState.VALIDATED
    assert due_for(invoice) == Money.zero
    assert unpaid_invoices() == []


def test_a_payment_is_taken_back_once_and_with_a_reason(
    mandate: DebitMandate, order: Order
) -> None:
    debit = sent(mandate, order)
    payment = collect_debit(debit.pk, received_on=DUE, actor=CLERK, now=NOON + timedelta(days=14))
    with pytest.raises(ReceiptRefusedError):
        take_payment_back(payment.pk, reason="", on=DUE, actor=CLERK, now=BEFORE)
    early = DUE - timedelta(days=1)
    with pytest.raises(ReceiptRefusedError):
        take_payment_back(payment.pk, reason="AC04", on=early, actor=CLERK, now=BEFORE)

    for _ in range(2):
        take_payment_back(payment.pk, reason="AC04", on=DUE, actor=CLERK, now=BEFORE)

    assert actions().count("payment.taken_back") == 1


def test_the_command_writes_the_same_file_again(
    mandate: DebitMandate, shop: Shop, tmp_path: Path
) -> None:
    order = shop.order(method="transfer", now=clock.now())
    DebitMandate.objects.update(signed_on=clock.today())
    day = announced(mandate, order, now=clock.now()).collected_on
    out, output = tmp_path / "debits.xml", StringIO()
    written_bytes = []

    for _ in range(2):
        call_command("export_debits", "--date", day.isoformat(), "--out", str(out), stdout=output)
        written_bytes.append(out.read_bytes())

    assert written_bytes[0] == written_bytes[1] == bytes(DebitFile.objects.get().content)
    assert "1 prélèvement(s)" in output.getvalue()
    assert "à nouveau" in output.getvalue()
    with pytest.raises(CommandError, match="Aucun prélèvement"):
        call_command("export_debits", "--date", "2035-01-10", "--out", str(out))
    with pytest.raises(CommandError, match="jour ouvré"):
        call_command("export_debits", "--date", "2020-01-10", "--out", str(out))
