"""A card kept with the first instalment pays the others, each once, on its day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import Sale
from marketingconnect.payments.errors import CardDebitError, StillUnknownError
from marketingconnect.payments.gateways.base import Verdict
from marketingconnect.payments.models import CardDebit, Payment, PaymentAttempt, StoredCard
from marketingconnect.payments.queries import balance_of
from marketingconnect.payments.queries.cards import card_debits_stopped, stored_card_of
from marketingconnect.payments.rules import (
    card_debit_day,
    card_debit_is_to_announce,
    next_card_debit,
)
from marketingconnect.payments.services import (
    agree_on_instalments,
    ask_provider,
    record_offline_receipt,
    start_card_payment,
    validate_offline,
)
from marketingconnect.payments.services.card import debit_card, learn_card
from marketingconnect.payments.services.cards import (
    announce_card_debits,
    consent_for,
    revoke_stored_card,
)
from marketingconnect.payments.states import (
    AttemptState,
    CardDebitState,
    PaymentMethod,
    StoredCardState,
)
from tests.payments.line_to_the_bank import LineToTheBank, actions
from tests.sale import CLERK, NOON, Shop

DUE = (date(2026, 11, 23), date(2026, 12, 23), date(2027, 1, 23))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def order(shop: Shop, bank: LineToTheBank) -> Order:
    """Sold by an advisor for 360 €, in three instalments."""
    order = shop.order()
    Order.objects.filter(pk=order.pk).update(sale=Sale.OFFLINE, payment_method="card_debit")
    agree_on_instalments(order.pk, count=3, first_on=DUE[0], actor=CLERK, now=NOON)
    order.refresh_from_db()
    return order


def pay_first(order: Order, shop: Shop, bank: LineToTheBank, now: datetime = NOON) -> StoredCard:
    attempt = start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=now)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)
    ask_provider(attempt.pk, now=now)
    return StoredCard.objects.get(attempt=attempt)


def plain(notice: Notice) -> str:
    return " ".join(notice.text.split())


def announced(card: StoredCard, day: date = DUE[1] - timedelta(days=2)) -> CardDebit:
    assert announce_card_debits(card.pk, now=noon(day)) == 1
    return CardDebit.objects.filter(card=card).latest("pk")


@pytest.mark.parametrize(("today", "is_time"), [(20, False), (21, True), (22, True), (25, True)])
def test_a_debit_is_announced_two_days_before(today: int, is_time: bool) -> None:
    day = date(2026, 12, today)
    assert card_debit_is_to_announce(due_on=DUE[1], today=day, notice_days=2) is is_time


@pytest.mark.parametrize(
    ("announced_on", "expected"), [(20, 23), (21, 23), (22, 24), (23, 25), (30, 32)]
)
def test_a_debit_announced_late_is_made_late(announced_on: int, expected: int) -> None:
    day = card_debit_day(due_on=DUE[1], announced_on=date(2026, 12, announced_on), notice_days=2)
    assert day == date(2026, 12, 1) + timedelta(days=expected - 1)


@pytest.mark.parametrize(
    ("times", "is_final", "today", "expected"),
    [
        (1, False, 23, date(2026, 12, 26)),
        (2, False, 26, date(2026, 12, 30)),
        (2, False, 31, date(2027, 1, 1)),
        (3, False, 30, None),
        (1, True, 23, None),
    ],
)
def test_a_refused_debit_is_tried_after_three_and_seven_days_then_never(
    times: int, is_final: bool, today: int, expected: date | None
) -> None:
    again = next_card_debit(
        first_refused_on=DUE[1],
        times_refused=times,
        retry_days=(3, 7),
        is_final=is_final,
        today=date(2026, 12, today),
    )
    assert again == expected


@pytest.mark.django_db
def test_paying_the_first_instalment_keeps_the_card_with_the_words_agreed_to(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    card = pay_first(order, shop, bank)

    assert Payment.objects.get().cents == 120_00
    assert (card.label, card.gateway, card.expires_on) == (
        "Visa •••• 4242",
        "sandbox",
        date(2029, 11, 30),
    )
    for words in (order.reference, "120,00", "23 décembre 2026", "23 janvier 2027", "II.2.b"):
        assert words in card.consent
    assert "23 novembre" not in card.consent
    assert "stored_card.kept" in actions()
    assert card.consent in Notice.objects.get(key=f"card-kept:{card.pk}").text


@pytest.mark.django_db
def test_an_order_on_line_or_paid_at_once_keeps_no_card(shop: Shop, bank: LineToTheBank) -> None:
    online = shop.order()
    assert consent_for(online, DUE[0]) == ""
    Order.objects.filter(pk=online.pk).update(payment_method="card_debit")
    online.refresh_from_db()
    assert consent_for(online, DUE[0]) == ""

    attempt = start_card_payment(online.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=NOON)
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)
    ask_provider(attempt.pk, now=NOON)

    assert (attempt.cents, bank.keeps) == (360_00, set())
    assert not StoredCard.objects.exists()


@pytest.mark.django_db
def test_each_instalment_is_announced_then_debited_once(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    card = pay_first(order, shop, bank)
    assert announce_card_debits(card.pk, now=noon(DUE[1] - timedelta(days=3))) == 0
    for day in DUE[1:]:
        debit = announced(card, day - timedelta(days=2))
        assert announce_card_debits(card.pk, now=noon(day)) == 0
        assert debit_card(debit.pk, now=noon(day - timedelta(days=1))) is None
        assert debit_card(debit.pk, now=noon(day)) is AttemptState.SUCCEEDED
        assert debit_card(debit.pk, now=noon(day)) is None

    methods = Counter(Payment.objects.values_list("method", flat=True))
    assert methods == {"card": 1, "card_debit": 2}
    assert balance_of(order).remaining == Money.zero
    assert set(CardDebit.objects.values_list("state", "cents")) == {("collected", 120_00)}
    told = Notice.objects.filter(template="card_debit_announced").order_by("pk")
    assert "120,00" in told[0].text
    assert "23 décembre 2026" in plain(told[0])


@pytest.mark.django_db
def test_a_lost_answer_is_asked_again_and_debits_once(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    debit = announced(pay_first(order, shop, bank))
    bank.loses_answers = True
    assert debit_card(debit.pk, now=noon(DUE[1])) is AttemptState.UNKNOWN
    assert debit_card(debit.pk, now=noon(DUE[1])) is None
    with pytest.raises(StillUnknownError):
        start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=noon(DUE[1]))
    bank.loses_answers = False

    attempt = PaymentAttempt.objects.get(card_debit=debit)
    assert ask_provider(attempt.pk, now=noon(DUE[1])) is AttemptState.SUCCEEDED

    assert len(bank.truth) == 2
    assert Payment.objects.filter(method=PaymentMethod.CARD_DEBIT).count() == 1


@pytest.mark.django_db
def test_refused_debits_are_tried_after_three_and_seven_days_then_left_to_a_person(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    debit = announced(pay_first(order, shop, bank))
    bank.refuses_debits = "insufficient_funds"
    tries = {day: debit_card(debit.pk, now=noon(DUE[1] + timedelta(days=day))) for day in range(10)}

    assert [day for day, state in tries.items() if state] == [0, 3, 7]
    assert set(filter(None, tries.values())) == {AttemptState.FAILED}
    assert card_debits_stopped().get() == debit
    refused = Notice.objects.filter(template="card_debit_refused").order_by("pk")
    assert ["26 décembre" in plain(one) for one in refused] == [True, False, False]
    assert "Nous n’essaierons plus" in plain(refused[2])


@pytest.mark.django_db
def test_a_hard_decline_stops_and_the_next_card_goes_on(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    first = pay_first(order, shop, bank)
    debit = announced(first)
    bank.refuses_debits = "stolen_card"
    debit_card(debit.pk, now=noon(DUE[1]))
    debit.refresh_from_db()
    assert (debit.state, debit.times_refused) == (CardDebitState.STOPPED, 1)

    bank.refuses_debits = ""
    second = pay_first(order, shop, bank, noon(DUE[1] + timedelta(days=1)))

    first.refresh_from_db()
    assert (first.state, stored_card_of(order)) == (StoredCardState.REVOKED, second)
    assert announce_card_debits(second.pk, now=noon(DUE[1] + timedelta(days=2))) == 0
    last = announced(second, DUE[2] - timedelta(days=2))
    assert debit_card(last.pk, now=noon(DUE[2])) is AttemptState.SUCCEEDED
    assert sum(Payment.objects.values_list("cents", flat=True)) == 360_00


@pytest.mark.django_db
def test_what_was_paid_otherwise_is_not_debited(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    debit = announced(pay_first(order, shop, bank))
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(120_00),
        reference="R1",
        payer="Nadia",
        received_on=DUE[1],
        actor=CLERK,
        now=noon(DUE[1]),
    )
    assert debit_card(debit.pk, now=noon(DUE[1])) is None
    debit.refresh_from_db()
    assert debit.state == CardDebitState.CANCELLED
    validate_offline(payment.pk, validated_on=DUE[1], actor=CLERK, now=noon(DUE[1]))

    assert Payment.objects.count() == 2
    assert bank.calls.count("charge") == 0


@pytest.mark.django_db
def test_a_card_taken_back_is_not_debited_and_not_while_a_debit_is_at_the_bank(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    card = pay_first(order, shop, bank)
    debit = announced(card)
    bank.is_down = True
    debit_card(debit.pk, now=noon(DUE[1]))
    with pytest.raises(CardDebitError):
        revoke_stored_card(card.pk, actor=CLERK, now=noon(DUE[1]))
    bank.is_down = False
    attempt = PaymentAttempt.objects.get(card_debit=debit)
    ask_provider(attempt.pk, now=noon(DUE[1]))

    last = announced(card, DUE[2] - timedelta(days=2))
    for _ in range(2):
        revoke_stored_card(card.pk, actor=CLERK, now=noon(DUE[2]))

    assert debit_card(last.pk, now=noon(DUE[2])) is None
    last.refresh_from_db()
    assert last.state == CardDebitState.CANCELLED
    assert actions().count("stored_card.revoked") == 1


@pytest.mark.django_db
def test_a_card_that_expires_before_the_day_is_ended_and_the_client_told(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    bank.card_expires_on = date(2026, 12, 22)
    card = pay_first(order, shop, bank)

    assert announce_card_debits(card.pk, now=noon(DUE[1] - timedelta(days=2))) == 0

    card.refresh_from_db()
    assert card.state == StoredCardState.EXPIRED
    assert Notice.objects.filter(key=f"card-over:{card.pk}").exists()
    assert not CardDebit.objects.exists()


@pytest.mark.django_db
def test_a_card_that_a_callback_left_out_is_learnt_by_asking(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    attempt = start_card_payment(order.pk, user_id=shop.cast.alice.pk, actor=CLERK, now=NOON)
    kept = bank.keeps.copy()
    bank.keeps.clear()
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)
    ask_provider(attempt.pk, now=NOON)
    assert not StoredCard.objects.exists()
    bank.keeps = kept
    bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)

    for _ in range(2):
        learn_card(attempt.pk, now=NOON)

    assert StoredCard.objects.get().attempt == attempt


@pytest.mark.django_db
def test_the_database_refuses_a_second_debit_of_an_instalment(
    order: Order, shop: Shop, bank: LineToTheBank
) -> None:
    debit = announced(pay_first(order, shop, bank))
    debit.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        debit.save()
