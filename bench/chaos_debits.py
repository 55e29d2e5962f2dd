"""Orders by instalments: a card kept with the first one, debited later over the same bad line.

The clock goes to each day on which something falls due; the worker announces, debits and asks
again. The bank must have charged each instalment once at most, and the platform must know.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from procrastinate.exceptions import AlreadyEnqueued

from bench.chaos_shop import CLERK, Shop
from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import Sale
from marketingconnect.payments.models import CardDebit, Instalment
from marketingconnect.payments.queries.cards import card_debits_to_try, cards_to_learn
from marketingconnect.payments.services import agree_on_instalments
from marketingconnect.payments.states import CardDebitState, PaymentMethod
from marketingconnect.payments.tasks import debit_cards

INSTALMENTS: Final = 3
CARDS: Final = (
    "silent",
    "accepts",
    "declines",
    "expired",
    "accepts",
    "silent",
    "accepts",
    "accepts",
)
"""How the cards kept answer later, in turn; the first answer about a silent one is lost."""
_STEPS: Final = (-2, 0, 3, 7)
"""Days around one that falls due: announced, debited, then tried twice again."""
_AGAIN: Final = 8
_PATIENCE: Final = 300.0


def by_instalments(order: Order) -> None:
    """Sold by an advisor, the first instalment today and the others by the card it is paid with."""
    Order.objects.filter(pk=order.pk).update(
        sale=Sale.OFFLINE, payment_method=PaymentMethod.CARD_DEBIT
    )
    today, now = clock.today(), clock.now()
    agree_on_instalments(order.pk, count=INSTALMENTS, first_on=today, actor=CLERK, now=now)


def debit_all(shop: Shop, settles: Callable[[], bool]) -> None:
    """Live through every day on which a debit is announced, made or tried again.

    Ends early when `settles` says that the platform does not learn what became of one.
    """
    due = Instalment.objects.filter(number__gt=1).values_list("due_on", flat=True)
    days = {day + timedelta(days=step) for day in due.distinct() for step in _STEPS}
    for day in sorted(days):
        _go_to(day)
        for _ in range(_AGAIN):
            _run_debits(shop)
            if not settles():
                return
            if not _left_to_do():
                break


def _left_to_do() -> bool:
    return cards_to_learn().exists() or card_debits_to_try(clock.today()).exists()


def _go_to(day: date) -> None:
    ahead = day - clock.today()
    if ahead > timedelta(0):
        clock.advance_to(clock.now() + ahead)


def _run_debits(shop: Shop) -> None:
    """As each hour does."""
    with suppress(AlreadyEnqueued):
        debit_cards.configure().defer(timestamp=int(time.time()))
    deadline = time.monotonic() + _PATIENCE
    while _jobs_left():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Les débits n’ont pas eu lieu :\n{shop.last_words()}")
        shop.watch()
        time.sleep(0.2)


def _jobs_left() -> int:
    with connection.cursor() as asking:
        asking.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s"
            " AND status IN ('todo', 'doing')",
            [debit_cards.name],
        )
        return int(asking.fetchone()[0])


def wrong_debits(truth: Iterable[Mapping[str, Any]]) -> list[str]:
    """What does not agree between the debits here and the charges there."""
    made = {one["idempotency_key"] for one in truth if one["status"] == "succeeded"}
    found = [f"la carte de l’essai {pk} n’est pas connue" for pk in cards_to_learn()]
    debited: Counter[int] = Counter()
    for debit in CardDebit.objects.prefetch_related("attempts"):
        charges = sum(str(attempt.key) in made for attempt in debit.attempts.all())
        debited[debit.instalment_id] += charges
        if (debit.state == CardDebitState.COLLECTED) != (charges == 1):
            found.append(f"le débit {debit.pk} ({debit.state}) a {charges} débits à la banque")
        if debit.state == CardDebitState.STOPPED and not debit.refusal:
            found.append(f"le débit {debit.pk} attend quelqu’un sans dire pourquoi")
        if debit.state == CardDebitState.ANNOUNCED and debit.debit_on <= clock.today():
            found.append(f"le débit {debit.pk} n’a pas eu lieu")
    found += [f"l’échéance {pk} a été débitée {n} fois" for pk, n in debited.items() if n > 1]
    return found + _never_announced()


def _never_announced() -> list[str]:
    """Each later instalment of an order that started was at least announced."""
    started = Instalment.objects.filter(number__gt=1, order__payment_validated_on__isnull=False)
    left = started.filter(card_debits=None).values_list("order__reference", "number")
    return [
        f"{reference} : l’échéance {number} n’a jamais été annoncée" for reference, number in left
    ]
