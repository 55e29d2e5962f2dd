"""The same basket ordered, and the same order paid, many times at once: one of each must come.

Real connections to a real web server. In each round a form is read as a client's browser reads it,
then sent by as many connections as asked, at the same instant or a few milliseconds apart; so is
the button that leads to the bank.
"""

import json
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from bs4 import BeautifulSoup

from bench.chaos_shop import CLERK, PASSWORD, Shop, count_deadlocks, make_client, open_shop
from bench.email_campaign import import_recipients
from marketingconnect import clock
from marketingconnect.accounts.models import Company, User
from marketingconnect.cart.services import add_to_cart
from marketingconnect.contacts.models import ContactFile
from marketingconnect.demo.check.person import Person
from marketingconnect.offers.email.services import choose_file, start_campaign
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.terms.models import TermsAcceptance

Say = Callable[[str], Any]
PATIENCE: Final = 120
SPREADS: Final = (0.0, 0.02, 0.2)
"""Seconds over which the sendings of a round are drawn: the later ones find what others wrote."""


@dataclass
class Tally:
    """What came of every round."""

    posts: int = 0
    orders: int = 0
    charges: int = 0
    deadlocks: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


@dataclass
class Buyer:
    """A client whose browser opens as many connections as it is told."""

    shop: Shop
    company: Company
    user: User
    file: ContactFile
    cookies: Mapping[str, str]
    parallel: int
    draw: random.Random
    tally: Tally = field(default_factory=Tally)

    def fill_basket(self, number: int) -> None:
        now = clock.now()
        campaign = start_campaign(
            company_id=self.company.pk,
            user_id=self.user.pk,
            name=f"Essai {number}",
            actor=CLERK,
            now=now,
        )
        choose_file(campaign.pk, file_id=self.file.pk, actor=CLERK, now=now)
        add_to_cart(
            company_id=self.company.pk,
            user_id=self.user.pk,
            offer="email",
            item_id=campaign.pk,
            now=now,
        )

    def form_at(self, path: str, having: str) -> tuple[str, dict[str, str]]:
        """Where a form of the page goes and what it sends, every box ticked."""
        page = httpx.get(self.shop.url + path, cookies=dict(self.cookies), timeout=PATIENCE)
        for form in BeautifulSoup(page.text, "lxml").find_all("form"):
            named = form.find_all(True, attrs={"name": True})
            if not any(str(one["name"]) == having for one in named) and having not in str(
                form.get("action", "")
            ):
                continue
            fields = {
                str(one["name"]): str(one.get("value", "on"))
                for one in named
                if one.get("type") != "radio" or one.has_attr("checked")
            }
            return str(form.get("action") or path), fields
        raise RuntimeError(f"{path} ne montre pas le formulaire {having} : {page.status_code}")

    def send_at_once(self, path: str, fields: Mapping[str, str]) -> set[str]:
        """The places that the answers lead to: one, when all is well."""
        ready, spread = threading.Barrier(self.parallel), self.draw.choice(SPREADS)
        pauses = [self.draw.uniform(0, spread) for _ in range(self.parallel)]

        def send(rank: int) -> tuple[int, str, float]:
            with httpx.Client(cookies=dict(self.cookies), timeout=PATIENCE) as connection:
                ready.wait()
                time.sleep(pauses[rank])
                began = time.monotonic()
                answer = connection.post(self.shop.url + path, data=dict(fields))
                return (
                    answer.status_code,
                    answer.headers.get("location", ""),
                    time.monotonic() - began,
                )

        with ThreadPoolExecutor(self.parallel) as pool:
            answers = list(pool.map(send, range(self.parallel)))
        self.tally.posts += len(answers)
        self.tally.answers.update(status for status, _, _ in answers)
        self.tally.seconds += [seconds for _, _, seconds in answers]
        return {f"{status} {place}" for status, place, _ in answers}


def run(*, rounds: int, parallel: int, seed: int, say: Say) -> bool:
    """Play the rounds, judge, tell; True when nothing came twice."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o711)  # the account that runs PostgreSQL must reach its own folder below
    try:
        with open_shop(folder) as shop:
            buyer = _buyer(shop, parallel, random.Random(seed))  # noqa: S311
            for number in range(1, rounds + 1):
                _round(buyer, number)
            buyer.tally.orders = Order.objects.count()
            buyer.tally.charges = len(shop.payments_at_the_bank())
            buyer.tally.deadlocks = count_deadlocks()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _tell(buyer.tally, rounds, parallel, say)
    return not buyer.tally.violations and not buyer.tally.deadlocks


def _buyer(shop: Shop, parallel: int, draw: random.Random) -> Buyer:
    company, user = make_client()
    file = import_recipients(company, [f"a{n}@exemple.test" for n in range(300)], clock.now)
    person = Person(shop.url)
    person.open("/compte/connexion/")
    person.submit(having="password", fields={"email": user.email, "password": PASSWORD})
    return Buyer(shop, company, user, file, person.cookies(), parallel, draw)


def _round(buyer: Buyer, number: int) -> None:
    buyer.fill_basket(number)
    path, fields = buyer.form_at("/espace/commande/", "request_uuid")
    orders, accepted = Order.objects.count(), TermsAcceptance.objects.count()
    led = buyer.send_at_once(path, fields | {"payment_method": "card"})
    made = Order.objects.count() - orders
    agreed = TermsAcceptance.objects.count() - accepted
    found = buyer.tally.violations
    if (made, agreed, len(led)) != (1, 1, 1) or not next(iter(led)).startswith("302"):
        found.append(f"tour {number} : {made} commandes, {agreed} accords, réponses {sorted(led)}")
        return
    _pay(buyer, number, Order.objects.latest("pk"))


def _pay(buyer: Buyer, number: int, order: Order) -> None:
    """Signed elsewhere, as the journeys do; here it is paid by many hands at once."""
    Order.objects.filter(pk=order.pk).update(form_signed_at=clock.now())
    path, fields = buyer.form_at(f"/espace/commandes/{order.reference}/", "/payer")
    led = buyer.send_at_once(path, fields)
    attempts = PaymentAttempt.objects.filter(order=order).count()
    bank = [
        one
        for one in buyer.shop.payments_at_the_bank().values()
        if one["reference"] == order.reference
    ]
    if (attempts, len(bank), len(led)) != (1, 1, 1):
        buyer.tally.violations.append(
            f"tour {number} : {attempts} essais, {len(bank)} paiements à la banque, {sorted(led)}"
        )


def _tell(tally: Tally, rounds: int, parallel: int, say: Say) -> None:
    ordered = sorted(tally.seconds) or [0.0]
    median, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    say(f"{rounds} tours de {parallel} envois à la fois, deux fois : {tally.posts} envois")
    say(f"commandes : {tally.orders}, paiements à la banque : {tally.charges}")
    say(f"réponses : {dict(sorted(tally.answers.items()))}")
    say(f"durée d’une réponse : {median * 1000:.0f} ms, 95 % sous {p95 * 1000:.0f} ms")
    say(f"interblocages : {tally.deadlocks}, violations : {len(tally.violations)}")
    for violation in tally.violations[:10]:
        say(f"  {violation}")
    figures = {
        "rounds": rounds,
        "parallel": parallel,
        "posts": tally.posts,
        "orders": tally.orders,
        "charges": tally.charges,
        "answers": {str(status): n for status, n in tally.answers.items()},
        "median_ms": round(median * 1000),
        "p95_ms": round(p95 * 1000),
        "deadlocks": tally.deadlocks,
        "violations": len(tally.violations),
    }
    say(json.dumps(figures))
