import uuid
from datetime import date, timedelta

import pytest

from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import (
    AlreadyPaidError,
    CardUnavailableError,
    StillUnknownError,
)
from marketingconnect.payments.gateways.base import Outcome, Verdict
from marketingconnect.payments.models import Payment, PaymentAttempt, WebhookEvent
from marketingconnect.payments.queries import attempts_to_ask_again
from marketingconnect.payments.services import (
    apply_outcome,
    ask_provider,
    pay_otherwise,
    receive_webhook,
)
from marketingconnect.payments.states import AttemptState, PaymentMethod, WebhookVerdict
from tests.payments.line_to_the_bank import LineToTheBank, actions, start
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


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
