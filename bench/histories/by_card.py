"""What comes and goes between a client, a card and the bank, over a bad line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.histories.stage import CLERK
from bench.histories.world import NothingError, World
from marketingconnect.orders.models import Order
from marketingconnect.payments.gateways.base import Verdict
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.payments.queries.cards import (
    card_debits_to_try,
    cards_in_use,
    cards_to_learn,
)
from marketingconnect.payments.services import (
    abandon_card_payment,
    ask_provider,
    pay_otherwise,
    receive_webhook,
    start_card_payment,
)
from marketingconnect.payments.services.card import debit_card, learn_card
from marketingconnect.payments.services.cards import announce_card_debits
from marketingconnect.payments.states import PaymentMethod

OFFLINE: Final = ("transfer", "cheque")


@contextmanager
def bad_line(world: World) -> Iterator[None]:
    """One call in three does not reach the bank, or its answer does not reach us."""
    bank, chance = world.stage.bank, world.draw.random()
    bank.is_down, bank.loses_answers = chance < 0.15, 0.15 <= chance < 0.35
    try:
        yield
    finally:
        bank.is_down = bank.loses_answers = False


def pay_by_card(world: World) -> None:
    """Mostly what asks for a card; the product refuses the rest."""
    asking = Order.objects.filter(payment_method__in=("card", "card_debit"))
    sold = world.any_of(asking) if world.draw.random() < 0.9 else world.order()
    with bad_line(world):
        start_card_payment(sold.pk, user_id=world.stage.user.pk, actor=CLERK, now=world.now)


def payer_decides(world: World) -> None:
    ref = world.pending_at_the_bank()
    paid = world.draw.random() < 0.7
    world.stage.bank.decide(
        ref, Verdict.SUCCEEDED if paid else Verdict.FAILED, "" if paid else "card_declined"
    )


def callback(world: World) -> None:
    """About any payment that the bank knows, told late, early, twice, or about nothing new."""
    refs = sorted(world.stage.bank.truth)
    if not refs:
        raise NothingError
    ref, number = world.draw.choice(refs), world.draw.randrange(40)
    receive_webhook(world.stage.bank, {}, f"evt_{number} {ref}".encode(), now=world.now)


def ask_the_bank(world: World) -> None:
    attempt = world.any_of(PaymentAttempt.objects.all())
    with bad_line(world):
        ask_provider(attempt.pk, now=world.now)


def give_up_the_page(world: World) -> None:
    sold = world.order()
    with bad_line(world):
        abandon_card_payment(sold.pk, now=world.now)


def choose_another_way(world: World) -> None:
    sold = world.order()
    method = PaymentMethod(world.draw.choice(("card", *OFFLINE)))
    with bad_line(world):
        pay_otherwise(sold.pk, method=method, actor=CLERK, now=world.now)


def debit_cards(world: World) -> None:
    """The hourly job on the cards that clients gave."""
    world.stage.bank.refuses_debits = world.draw.choice(("", "", "insufficient_funds"))
    for attempt_id in list(cards_to_learn()):
        with bad_line(world):
            learn_card(attempt_id, now=world.now)
    for card_id in list(cards_in_use()):
        announce_card_debits(card_id, now=world.now)
    for debit_id in list(card_debits_to_try(world.today)):
        with bad_line(world):
            debit_card(debit_id, now=world.now)
