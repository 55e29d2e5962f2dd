import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from marketingconnect.audit.models import JournalEntry
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments import gateways
from marketingconnect.payments.errors import (
    AlreadyPaidError,
    CardUnavailableError,
    ConflictingReplayError,
    ReceiptRefusedError,
    StillUnknownError,
)
from marketingconnect.payments.gateways.base import (
    ChargeRequest,
    GatewayEvent,
    GatewayUnavailableError,
    Outcome,
    Verdict,
)
from marketingconnect.payments.models import Payment, PaymentAttempt, WebhookEvent
from marketingconnect.payments.queries import attempts_to_ask_again, balance_of, payments_awaited
from marketingconnect.payments.services import (
    apply_outcome,
    ask_provider,
    pay_otherwise,
    receive_webhook,
    record_offline_receipt,
    start_card_payment,
    validate_offline,
)
from marketingconnect.payments.services import card as card_service
from marketingconnect.payments.states import AttemptState, PaymentMethod, WebhookVerdict
from tests.cast import Cast
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@dataclass
class LineToTheBank:
    """A provider whose line can be cut before or after it heard; it keeps its own truth."""

    name: str = "sandbox"
    truth: dict[str, Outcome] = field(default_factory=dict)
    is_down: bool = False
    loses_answers: bool = False
    calls: list[str] = field(default_factory=list)

    def create(self, request: ChargeRequest) -> Outcome:
        ref = f"pay_{request.key.hex}"
        self._reach("create")
        self.truth.setdefault(
            ref,
            Outcome(
                Verdict.PENDING, ref, request.amount, request.key, page_url=f"https://b.test/{ref}"
            ),
        )
        return self._answer(ref)

    def fetch(self, provider_ref: str) -> Outcome:
        self._reach("fetch")
        return self._answer(provider_ref)

    def cancel(self, provider_ref: str) -> Outcome:
        self._reach("cancel")
        if self.truth[provider_ref].verdict is Verdict.PENDING:
            self.decide(provider_ref, Verdict.FAILED, "cancelled")
        return self._answer(provider_ref)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> GatewayEvent:
        event_id, _, ref = body.decode().partition(" ")
        return GatewayEvent(event_id, self.truth[ref])

    def decide(self, ref: str, verdict: Verdict, code: str = "") -> Outcome:
        before = self.truth[ref]
        self.truth[ref] = Outcome(verdict, ref, before.amount, before.key, failure_code=code)
        return self.truth[ref]

    def _reach(self, call: str) -> None:
        self.calls.append(call)
        assert not transaction.get_connection().in_atomic_block or self.in_test_transaction
        if self.is_down:
            raise GatewayUnavailableError("down")

    def _answer(self, ref: str) -> Outcome:
        if self.loses_answers:
            raise GatewayUnavailableError("lost")
        return self.truth[ref]

    in_test_transaction: bool = True


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> LineToTheBank:
    line = LineToTheBank()
    for module in (gateways, card_service):
        monkeypatch.setattr(module, "gateway_named", lambda name: line)
    monkeypatch.setattr(card_service, "current_gateway", lambda: line)
    return line


def start(order: Order, shop: Shop, now: datetime = NOON) -> PaymentAttempt:
    return start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=now)


def actions() -> list[str]:
    return list(JournalEntry.objects.values_list("action", flat=True))


def test_a_card_payment_validates_invoices_and_tells_once(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()
    attempt = start(order, shop)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)

    assert ask_provider(attempt.pk, now=NOON) is AttemptState.SUCCEEDED

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert (order.payment_received_on, order.payment_validated_on) == (TODAY, TODAY)
    assert order.firm_at == NOON
    assert Payment.objects.get().cents == 360_00
    assert Invoice.objects.get().paid_cents == 360_00
    assert Notice.objects.get().key == f"order-paid:{order.pk}"


def test_the_row_is_kept_before_the_bank_is_called(shop: Shop, bank: LineToTheBank) -> None:
    bank.is_down = True
    order = shop.order()

    with pytest.raises(StillUnknownError):
        start(order, shop)

    attempt = PaymentAttempt.objects.get()
    assert attempt.state == AttemptState.UNKNOWN
    assert attempt.ask_again_at is not None


def test_a_lost_answer_is_asked_again_and_never_guessed(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()
    bank.loses_answers = True
    with pytest.raises(StillUnknownError):
        start(order, shop)
    attempt = PaymentAttempt.objects.get()
    assert len(bank.truth) == 1

    bank.loses_answers = False
    later = NOON + timedelta(hours=1)
    assert list(attempts_to_ask_again(later)) == [attempt.pk]
    assert ask_provider(attempt.pk, now=later) is AttemptState.SENT

    assert len(bank.truth) == 1
    assert not Payment.objects.exists()


def test_no_second_payment_starts_while_the_first_is_unknown(
    shop: Shop, bank: LineToTheBank
) -> None:
    order = shop.order()
    attempt = start(order, shop)
    bank.is_down = True

    with pytest.raises(StillUnknownError):
        start(order, shop)

    assert PaymentAttempt.objects.get() == attempt


def test_the_open_page_is_found_again(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()

    assert start(order, shop) == start(order, shop)
    assert PaymentAttempt.objects.count() == 1


def test_a_refused_card_says_why_and_another_may_be_tried(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()
    first = start(order, shop)
    bank.decide(first.provider_ref, Verdict.FAILED, "insufficient_funds")

    second = start(order, shop)

    first.refresh_from_db()
    assert first.state == AttemptState.FAILED
    assert "provision" in first.failure_reason
    assert second != first
    assert "payment.refused" in actions()
    assert "cancel" in bank.calls


def test_a_success_after_a_refusal_is_believed(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()
    attempt = start(order, shop)
    refused = bank.decide(attempt.provider_ref, Verdict.FAILED, "do_not_honor")
    paid = bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)

    verdicts = [apply_outcome(attempt.pk, news, now=NOON) for news in (refused, paid, refused)]

    assert verdicts == [WebhookVerdict.APPLIED, WebhookVerdict.APPLIED, WebhookVerdict.UNCHANGED]
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("change", ["amount", "reference", "key"])
def test_a_callback_about_another_payment_changes_nothing_and_alerts(
    shop: Shop, bank: LineToTheBank, change: str
) -> None:
    order = shop.order()
    attempt = start(order, shop)
    wrong = {
        "amount": Outcome(Verdict.SUCCEEDED, attempt.provider_ref, Money(1), attempt.key),
        "reference": Outcome(Verdict.SUCCEEDED, "pay_other", Money(360_00), attempt.key),
        "key": Outcome(Verdict.SUCCEEDED, attempt.provider_ref, Money(360_00), uuid.uuid4()),
    }[change]

    assert apply_outcome(attempt.pk, wrong, now=NOON) is WebhookVerdict.CONFLICT

    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED
    assert not Payment.objects.exists()
    assert "payment.conflict" in actions()


def test_an_event_received_three_times_is_kept_once(shop: Shop, bank: LineToTheBank) -> None:
    attempt = start(shop.order(), shop)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)
    body = f"evt_1 {attempt.provider_ref}".encode()

    verdicts = [receive_webhook(bank, {}, body, now=NOON) for _ in range(3)]

    assert verdicts == [WebhookVerdict.APPLIED, *[WebhookVerdict.UNCHANGED] * 2]
    assert WebhookEvent.objects.get().times_received == 3
    assert bytes(WebhookEvent.objects.get().payload) == body
    assert Payment.objects.count() == 1


def test_a_callback_may_come_before_its_reference_is_written(
    shop: Shop, bank: LineToTheBank
) -> None:
    order = shop.order()
    bank.loses_answers = True
    with pytest.raises(StillUnknownError):
        start(order, shop)
    (ref,) = bank.truth
    bank.decide(ref, Verdict.SUCCEEDED)

    assert receive_webhook(bank, {}, f"evt_1 {ref}".encode(), now=NOON) is WebhookVerdict.APPLIED

    assert Payment.objects.get().provider_ref == ref


def test_a_page_left_open_for_a_day_is_closed(shop: Shop, bank: LineToTheBank) -> None:
    attempt = start(shop.order(), shop)

    state = ask_provider(attempt.pk, now=NOON + timedelta(days=1))

    assert state is AttemptState.FAILED
    assert bank.calls[-1] == "cancel"


def test_a_paid_order_starts_no_payment(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()
    attempt = start(order, shop)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)

    with pytest.raises(AlreadyPaidError):
        start(order, shop)

    assert Payment.objects.count() == 1


def test_paying_otherwise_closes_the_open_page(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order()
    attempt = start(order, shop)

    pay_otherwise(order.pk, method=PaymentMethod.TRANSFER, actor=CLERK, now=NOON)

    attempt.refresh_from_db()
    order.refresh_from_db()
    assert (attempt.state, attempt.failure_code) == (AttemptState.FAILED, "cancelled")
    assert order.payment_method == "transfer"
    assert Notice.objects.get().key == f"how-to-pay:{order.pk}:transfer"


def test_an_amount_that_requires_a_transfer_takes_no_card(shop: Shop, bank: LineToTheBank) -> None:
    order = shop.order(method="transfer", quantity=2_000_000)

    with pytest.raises(CardUnavailableError):
        start(order, shop)
    with pytest.raises(CardUnavailableError):
        pay_otherwise(order.pk, method=PaymentMethod.CHEQUE, actor=CLERK, now=NOON)


def receive(
    order: Order, cast: Cast, cents: int, reference: str = "VIR 1", day: date = TODAY
) -> Payment:
    return record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(cents),
        reference=reference,
        payer="Boulangerie Nadia",
        received_on=day,
        actor=CLERK,
        now=NOON + timedelta(days=3),
    )


def validate(payment: Payment, day: date) -> Payment:
    return validate_offline(payment.pk, validated_on=day, actor=CLERK, now=NOON + timedelta(days=3))


def test_a_transfer_validates_only_when_accounting_says_so(shop: Shop) -> None:
    order = shop.order(method="transfer")
    payment = receive(order, shop.cast, 360_00)
    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED

    validate(payment, date(2026, 11, 25))

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert order.payment_received_on == TODAY
    assert order.payment_validated_on == date(2026, 11, 25)
    assert Invoice.objects.get().paid_on == date(2026, 11, 25)
    assert {n.key.partition(":")[0] for n in Notice.objects.all()} == {
        "how-to-pay",
        "payment-received",
        "order-paid",
    }


def test_a_partial_transfer_validates_nothing_until_the_rest_comes(shop: Shop) -> None:
    order = shop.order(method="transfer")
    validate(receive(order, shop.cast, 200_00), TODAY)

    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED
    assert balance_of(order).remaining == Money(160_00)
    assert [row.order for row in payments_awaited()] == [order]
    assert "160,00" in Notice.objects.get(key__startswith="payment-partial").text

    validate(receive(order, shop.cast, 160_00, "VIR 2"), TODAY)

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert payments_awaited() == []


def test_too_much_money_validates_and_is_flagged(shop: Shop) -> None:
    order = shop.order(method="transfer")

    validate(receive(order, shop.cast, 400_00), TODAY)

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert balance_of(order).excess == Money(40_00)
    assert "payment.overpaid" in actions()


def test_a_receipt_is_recorded_once(shop: Shop) -> None:
    order, other = shop.order(method="transfer"), shop.order(method="transfer")

    assert receive(order, shop.cast, 360_00) == receive(order, shop.cast, 360_00)
    with pytest.raises(ConflictingReplayError):
        receive(order, shop.cast, 1_00)
    with pytest.raises(ConflictingReplayError, match=order.reference):
        receive(other, shop.cast, 360_00)

    assert Payment.objects.count() == 1


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 27)])
def test_a_receipt_before_the_order_or_in_the_future_is_refused(shop: Shop, day: date) -> None:
    order = shop.order(method="transfer")

    with pytest.raises(ReceiptRefusedError) as refusal:
        receive(order, shop.cast, 360_00, day=day)

    assert list(refusal.value.problems) == ["received_on"]


def test_a_receipt_is_validated_once(shop: Shop) -> None:
    payment = receive(shop.order(method="transfer"), shop.cast, 360_00)
    validate(payment, TODAY)

    with pytest.raises(AlreadyPaidError):
        validate(payment, TODAY)

    assert Invoice.objects.count() == 1


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_webhooks_return_page_and_sweeper_at_once_pay_once(shop: Shop, bank: LineToTheBank) -> None:
    bank.in_test_transaction = False
    order = shop.order()
    attempt = start(order, shop)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)

    def hook(event: str) -> Callable[[], object]:
        return lambda: receive_webhook(
            bank, {}, f"{event} {attempt.provider_ref}".encode(), now=NOON
        )

    asks = [lambda: ask_provider(attempt.pk, now=NOON)] * 4
    at_once([hook("evt_1"), hook("evt_1"), hook("evt_2"), hook("evt_3"), *asks])

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    assert Payment.objects.count() == 1
    assert Invoice.objects.count() == 1
    assert Notice.objects.filter(key=f"order-paid:{order.pk}").count() == 1
    assert actions().count("payment.validated") == 1


@pytest.mark.django_db(transaction=True)
def test_six_clicks_at_once_open_one_payment(shop: Shop, bank: LineToTheBank) -> None:
    bank.in_test_transaction = False
    order = shop.order()

    attempts = at_once([lambda: start(order, shop).pk] * 6)

    assert len(set(attempts)) == 1
    assert len(bank.truth) == 1
