"""Payments by card while the bank loses a share of its answers, then the judgement.

A real bank, a real web server for its callbacks, a real worker that asks again. Clients pay, are
refused, pay again, leave; the bank tells late, twice, out of order, or never. In the end each order
paid at the bank is paid here, once, with one invoice, and nothing is left unknown.
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
from django.db.models import F

from bench.chaos_shop import CLERK, Shop, make_client, open_shop
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
from marketingconnect.payments.models import Payment, PaymentAttempt
from marketingconnect.payments.services import start_card_payment
from marketingconnect.payments.states import LIVE, AttemptState
from marketingconnect.terms.models import TermsAcceptance, TermsVersion

Say = Callable[[str], Any]
CLIENTS: Final = 6
"""Who pay at the same time."""
PATIENCE: Final = 600.0
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
    refused: int = 0
    lost: int = 0
    """Calls that the line swallowed, as our side felt them."""
    violations: list[str] = field(default_factory=list)


def run(*, payments: int, loss: float, seed: int, say: Say) -> bool:
    """Play, wait until nothing is open, judge, tell; True when nothing is wrong."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o711)  # the account that runs PostgreSQL must reach its own folder below
    try:
        began = time.monotonic()
        with open_shop(folder, loss=loss, seed=seed) as shop:
            orders = _orders(payments)
            lost = _pay_all(orders, seed)
            _until_nothing_is_open(shop, say)
            verdict = judge(shop.payments_at_the_bank().values())
            verdict.lost = lost
        _tell(verdict, loss, time.monotonic() - began, say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return not verdict.violations


def _orders(count: int) -> list[tuple[int, int]]:
    """Ids of orders to pay by card at once, and of who pays."""
    company, user = make_client()
    terms, prices = TermsVersion.objects.latest("number"), PriceList.objects.latest("pk")
    placed = [_order(company, user, terms, prices) for _ in range(count)]
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


def _pay_all(orders: list[tuple[int, int]], seed: int) -> int:
    def share(rank: int) -> int:
        draw = random.Random(seed * 1000 + rank)  # noqa: S311
        try:
            with httpx.Client(timeout=30) as browser:
                return sum(_pay(order, draw, browser) for order in orders[rank::CLIENTS])
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(share, range(CLIENTS)))


def _pay(order: tuple[int, int], draw: random.Random, browser: httpx.Client) -> int:
    """As a client who presses again when the page does not open, and after a refusal."""
    choices, weights = zip(*SCENARIOS, strict=True)
    swallowed = 0
    for _ in range(6):
        try:
            attempt = start_card_payment(order[0], user_id=order[1], actor=CLERK, now=clock.now())
        except PaymentError:
            swallowed += 1
            continue
        if not attempt.page_url:
            swallowed += 1
            continue
        chosen = draw.choices(choices, weights)[0]
        browser.post(attempt.page_url, data=chosen)
        if chosen["scenario"] not in {"refused", "cancel"}:
            break
    return swallowed


def _until_nothing_is_open(shop: Shop, say: Say) -> None:
    """The worker asks again what no callback told; a payment still open at the bank may wait.

    The platform's clock is moved on while nothing changes: it asks ever less often.
    """
    deadline, before, still = time.monotonic() + PATIENCE, -1, 0
    while time.monotonic() < deadline and (left := len(_open_here_and_decided_there(shop))):
        shop.watch()
        still = still + 1 if left == before else 0
        if left != before:
            say(f"  {left} paiements dont la banque sait la fin, et pas encore nous")
        if still and still % QUIET == 0:
            clock_row, _ = ClockShift.objects.get_or_create(pk=1)
            ClockShift.objects.filter(pk=clock_row.pk).update(seconds=F("seconds") + 40)
        before = left
        time.sleep(1)


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
    verdict = Verdict(orders=Order.objects.count())
    charges = Counter(one["reference"] for one in payments if one["status"] == "succeeded")
    verdict.charged = charges.total()
    verdict.refused = sum(one["status"] == "refused" for one in payments)
    keys = {str(key) for key in PaymentAttempt.objects.values_list("key", flat=True)}
    found = verdict.violations
    found += [f"{ref} a été débitée {n} fois" for ref, n in charges.items() if n > 1]
    for one in payments:
        if one["idempotency_key"] not in keys:
            found.append(f"la banque connaît {one['id']}, et pas nous")
        receipts = Payment.objects.filter(provider_ref=one["id"])
        expected = [one["amount_cents"]] if one["status"] == "succeeded" else []
        if [receipt.cents for receipt in receipts] != expected:
            found.append(f"{one['id']} ({one['status']}) a {receipts.count()} règlement")
    for order in Order.objects.all():
        invoices, paid = Invoice.objects.filter(order=order).count(), charges[order.reference]
        if (order.payment_validated_on is not None, invoices) != (paid > 0, min(paid, 1)):
            found.append(f"{order.reference} : {paid} débit, {invoices} facture, {order.state}")
    stuck = PaymentAttempt.objects.filter(state__in=[AttemptState.CREATED, AttemptState.UNKNOWN])
    found += [f"{attempt.key} est resté sans réponse" for attempt in stuck]
    return verdict


def _tell(verdict: Verdict, loss: float, seconds: float, say: Say) -> None:
    rows = {
        "commandes": verdict.orders,
        "débits à la banque": verdict.charged,
        "refus": verdict.refused,
        "pages qui ne se sont pas ouvertes": verdict.lost,
        "violations": len(verdict.violations),
    }
    for name, n in rows.items():
        say(f"{name:36} {n:8}")
    for violation in verdict.violations[:10]:
        say(f"  {violation}")
    figures = {
        "orders": verdict.orders,
        "charged": verdict.charged,
        "refused": verdict.refused,
        "not_opened": verdict.lost,
        "loss": loss,
        "violations": len(verdict.violations),
        "seconds": round(seconds, 1),
    }
    say(json.dumps(figures))
