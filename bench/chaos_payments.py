"""Payments by card while the bank loses a share of its answers, then the judgement.

A real bank, a real web server for its callbacks, a real worker that asks again. Clients pay, are
refused, pay again, leave; the bank tells late, twice, out of order, or never. One order in ten is
by instalments, debited later from the card kept. In the end each order paid at the bank is paid
here, once, with one invoice, and nothing is left unknown.
"""

import json
import random
import shutil
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
from django.db import connection
from django.db.models import F, Q, QuerySet

from bench.chaos_debits import CARDS, by_instalments, debit_all, wrong_debits
from bench.chaos_shop import CLERK, Shop, count_deadlocks, make_client, open_shop
from marketingconnect import clock
from marketingconnect.accounts.models import Company, User
from marketingconnect.catalogue.models import PriceList
from marketingconnect.catalogue.rules import Unit
from marketingconnect.clock.models import ClockShift
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import place_order
from marketingconnect.orders.services.placing import DraftLine
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.models import CardDebit, Payment, PaymentAttempt
from marketingconnect.payments.services import start_card_payment
from marketingconnect.payments.states import LIVE, AttemptState, CardDebitState
from marketingconnect.terms.models import TermsAcceptance, TermsVersion

Say = Callable[[str], Any]
CLIENTS: Final = 6
"""Who pay at the same time."""
PATIENCE: Final = 120.0
"""Seconds without any news, the clock moved on, after which what is left will never be known."""
ONE_IN: Final = 10
"""Of so many orders, one is by instalments."""
QUIET: Final = 4
"""Seconds without news after which the clock is moved on."""
SCENARIOS: Final[tuple[tuple[dict[str, str], int], ...]] = (
    ({"scenario": "success"}, 50),
    ({"scenario": "duplicate"}, 10),
    ({"scenario": "out_of_order"}, 10),
    ({"scenario": "late", "delay": "3"}, 10),
    ({"scenario": "no_answer", "truth": "succeeded"}, 8),
    ({"scenario": "refused", "reason": "insufficient_funds"}, 8),
    ({"scenario": "cancel"}, 4),
)


@dataclass
class Verdict:
    """What the bank did, and what does not agree with it."""

    orders: int = 0
    charged: int = 0
    debits: int = 0
    """Of those, from a card kept."""
    stopped: int = 0
    """Debits refused for good, left to a person with the reason."""
    refused: int = 0
    deadlocks: int = 0
    played: Counter[str] = field(default_factory=Counter)
    """What was asked of the bank, and `not_opened`: calls that the line swallowed."""
    violations: list[str] = field(default_factory=list)


def run(*, payments: int, loss: float, seed: int, say: Say) -> bool:
    """Play, wait until nothing is open, judge, tell; True when nothing is wrong."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o711)  # the account that runs PostgreSQL must reach its own folder below
    try:
        began = time.monotonic()
        with open_shop(folder, loss=loss, seed=seed) as shop:
            orders = _orders(payments)
            played = _pay_all(orders, seed)
            if _nothing_is_open(shop, say):
                debit_all(shop, lambda: _nothing_is_open(shop, say))
            verdict = judge(shop.payments_at_the_bank().values())
            verdict.played, verdict.deadlocks = played, count_deadlocks()
        _tell(verdict, loss, time.monotonic() - began, say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return not verdict.violations and not verdict.deadlocks


def _orders(count: int) -> list[tuple[int, int]]:
    """Ids of orders to pay by card at once, and of who pays."""
    company, user = make_client()
    terms, prices = TermsVersion.objects.latest("number"), PriceList.objects.latest("pk")
    placed = [_order(company, user, terms, prices) for _ in range(count)]
    for order in placed[::ONE_IN]:
        by_instalments(order)
    return [(order.pk, user.pk) for order in placed]


def _order(company: Company, user: User, terms: TermsVersion, prices: PriceList) -> Order:
    now = clock.now()
    accepted = TermsAcceptance.objects.create(
        version=terms, sha256=terms.sha256, company=company, user=user, at=now, means="essai"
    )
    line = DraftLine(
        offer="",
        item_id=None,
        label="Essai",
        quantity=1,
        unit=Unit.FLAT,
        unit_price=Decimal(300),
        net=Money(300_00),
        vat_rate=Decimal(20),
        parts=(),
        uses=1,
    )
    return place_order(
        request_uuid=uuid.uuid4(),
        acceptance=accepted,
        price_list=prices,
        territory=company.territory,
        lines=[line],
        payment_method="card",
        purchase_reference="",
        actor=CLERK,
        now=now,
    )


def _pay_all(orders: list[tuple[int, int]], seed: int) -> Counter[str]:
    def share(rank: int) -> Counter[str]:
        draw, played = random.Random(seed * 1000 + rank), Counter[str]()  # noqa: S311
        try:
            with httpx.Client(timeout=30) as browser:
                for order in orders[rank::CLIENTS]:
                    _pay(order, draw, browser, played)
        finally:
            connection.close()
        return played

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(share, range(CLIENTS)), Counter[str]())


def _pay(
    order: tuple[int, int], draw: random.Random, browser: httpx.Client, played: Counter[str]
) -> None:
    """As a client who presses again when the page does not open, and after a refusal."""
    choices, weights = zip(*SCENARIOS, strict=True)
    card = CARDS[order[0] // ONE_IN % len(CARDS)]
    for _ in range(6):
        try:
            attempt = start_card_payment(order[0], user_id=order[1], actor=CLERK, now=clock.now())
        except PaymentError:
            played["not_opened"] += 1
            continue
        chosen = draw.choices(choices, weights)[0]
        browser.post(attempt.page_url, data={**chosen, "card": card})
        played[chosen["scenario"]] += 1
        if chosen["scenario"] not in {"refused", "cancel"}:
            break


def _nothing_is_open(shop: Shop, say: Say) -> bool:
    """The worker asks again what no callback told; a payment still open at the bank may wait.

    The platform's clock is moved on while nothing changes: it asks ever less often. False when
    something is never told.
    """
    deadline, before, still = time.monotonic() + PATIENCE, -1, 0
    while left := len(_open_here_and_decided_there(shop)):
        shop.watch()
        still = still + 1 if left == before else 0
        if left != before:
            deadline = time.monotonic() + PATIENCE
            say(f"  {left} paiements dont la banque sait la fin, et pas encore nous")
        if time.monotonic() > deadline:
            return False
        if still and still % QUIET == 0:
            clock_row, _ = ClockShift.objects.get_or_create(pk=1)
            ClockShift.objects.filter(pk=clock_row.pk).update(seconds=F("seconds") + 40)
        before = left
        time.sleep(1)
    return True


def _open_here_and_decided_there(shop: Shop) -> list[str]:
    truth = {one["idempotency_key"]: one for one in shop.payments_at_the_bank().values()}
    found = []
    for attempt in PaymentAttempt.objects.exclude(state=AttemptState.SUCCEEDED):
        status = truth.get(str(attempt.key), {}).get("status", "")
        never_told = attempt.state in {AttemptState.CREATED, AttemptState.UNKNOWN}
        lags = attempt.state in LIVE and status in {"refused", "cancelled"}
        if never_told or lags or status == "succeeded":
            found.append(str(attempt.key))
    return found


def judge(truth: Iterable[dict[str, Any]]) -> Verdict:
    """Compare what the bank did with what the platform says."""
    payments = list(truth)
    charges = [one for one in payments if one["status"] == "succeeded"]
    return Verdict(
        orders=Order.objects.count(),
        charged=len(charges),
        debits=sum(bool(one["card"]) for one in charges),
        stopped=CardDebit.objects.filter(state=CardDebitState.STOPPED).count(),
        refused=sum(one["status"] == "refused" for one in payments),
        violations=[
            *_wrong_receipts(payments),
            *_wrong_orders(charges),
            *wrong_debits(payments),
            *(f"{one.key} est resté sans réponse ({one.state})" for one in _stuck()),
        ],
    )


def _wrong_receipts(payments: list[dict[str, Any]]) -> list[str]:
    """Each payment at the bank is ours, and each charge is one receipt."""
    keys = {str(key) for key in PaymentAttempt.objects.values_list("key", flat=True)}
    found = []
    for one in payments:
        if one["idempotency_key"] not in keys:
            found.append(f"la banque connaît {one['id']}, et pas nous")
        receipts = Payment.objects.filter(provider_ref=one["id"])
        expected = [one["amount_cents"]] if one["status"] == "succeeded" else []
        if [receipt.cents for receipt in receipts] != expected:
            found.append(f"{one['id']} ({one['status']}) a {receipts.count()} règlement")
    return found


def _wrong_orders(charges: list[dict[str, Any]]) -> list[str]:
    """Never more is charged than an order costs; one invoice comes of its first payment."""
    found, cents = [], Counter[str]()
    for one in charges:
        cents[one["reference"]] += one["amount_cents"]
    for order in Order.objects.all():
        invoices, paid = Invoice.objects.filter(order=order).count(), cents[order.reference]
        if paid > order.total_cents:
            found.append(f"{order.reference} coûte {order.total_cents}, {paid} ont été débités")
        if (order.payment_validated_on is not None, invoices) != (paid > 0, int(paid > 0)):
            found.append(f"{order.reference} : {paid} débités, {invoices} facture, {order.state}")
    return found


def _stuck() -> QuerySet[PaymentAttempt]:
    """Every attempt ends, once the bank decided: paid, or refused with its reason."""
    ended = Q(state=AttemptState.SUCCEEDED) | Q(state=AttemptState.FAILED) & ~Q(failure_reason="")
    return PaymentAttempt.objects.exclude(ended)


def _tell(verdict: Verdict, loss: float, seconds: float, say: Say) -> None:
    played = verdict.played
    rows = {
        "commandes": verdict.orders,
        "débits à la banque": verdict.charged,
        "  dont d’une carte gardée": verdict.debits,
        "débits laissés à une personne": verdict.stopped,
        "refus": verdict.refused,
        "pages qui ne se sont pas ouvertes": played["not_opened"],
        "messages de la banque perdus": played["no_answer"],
        "messages venus trois fois": played["duplicate"],
        "messages en retard": played["late"],
        "messages dans le désordre": played["out_of_order"],
        "interblocages": verdict.deadlocks,
        "violations": len(verdict.violations),
    }
    for name, n in rows.items():
        say(f"{name:36} {n:8}")
    for violation in verdict.violations[:10]:
        say(f"  {violation}")
    figures = {
        "orders": verdict.orders,
        "charged": verdict.charged,
        "debits": verdict.debits,
        "stopped": verdict.stopped,
        "refused": verdict.refused,
        "not_opened": played["not_opened"],
        "played": dict(played),
        "loss": loss,
        "deadlocks": verdict.deadlocks,
        "violations": len(verdict.violations),
        "seconds": round(seconds, 1),
    }
    say(json.dumps(figures))
