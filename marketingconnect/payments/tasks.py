"""Ask again what no answer told, and debit the cards whose day has come."""

import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.payments.queries import attempts_to_ask_again, orders_to_remind
from marketingconnect.payments.queries.cards import (
    card_debits_to_try,
    cards_in_use,
    cards_to_learn,
)
from marketingconnect.payments.services import ask_provider
from marketingconnect.payments.services.card import debit_card, learn_card
from marketingconnect.payments.services.cards import announce_card_debits
from marketingconnect.payments.services.reminding import (
    expire_mandates,
    remind_of_first_payments,
    remind_of_instalments,
)

logger = logging.getLogger(__name__)
EVERY = "* * * * *" if settings.MODE == "production" else "* * * * * */10"


@app.periodic(cron=EVERY)
@app.task(name="payments.ask_again", queueing_lock="payments.ask_again")
def ask_again(timestamp: int) -> None:
    """Ask the provider about every attempt whose turn has come."""
    for attempt_id in list(attempts_to_ask_again(clock.now())):
        try:
            ask_provider(attempt_id, now=clock.now())
        except Exception:
            logger.exception("payment attempt %s could not be asked again", attempt_id)


@app.periodic(cron="7 * * * *")
@app.task(name="payments.debit_cards", queueing_lock="payments.debit_cards")
def debit_cards(timestamp: int) -> None:
    """Learn the cards just given, announce what falls due, then debit what was announced."""
    steps: tuple[tuple[Iterable[int], Callable[..., object]], ...] = (
        (cards_to_learn(), learn_card),
        (cards_in_use(), announce_card_debits),
        (card_debits_to_try(clock.today()), debit_card),
    )
    for rows, step in steps:
        for row_id in list(rows):
            try:
                step(row_id, now=clock.now())
            except Exception:
                logger.exception("%s %s could not be done", step.__name__, row_id)


@app.periodic(cron="20 6 * * *")
@app.task(name="payments.remind", queueing_lock="payments.remind")
def remind(timestamp: int) -> None:
    """Ask for what is late, once each, and void the mandates that nobody used."""
    remind_of_first_payments(now=clock.now())
    expire_mandates(now=clock.now())
    for order_id in orders_to_remind(clock.today()):
        remind_of_instalments(order_id, now=clock.now())
