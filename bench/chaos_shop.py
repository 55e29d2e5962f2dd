"""A platform that sells: web server, worker and sandbox bank as processes, and a client in it."""

import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings

from bench.chaos import connected_to, secrets_of_this_process
from bench.chaos_platform import Platform
from bench.email_campaign import make_company
from marketingconnect import clock
from marketingconnect.accounts.models import Company, Membership, User
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.audit.actors import Actor
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.ports import free_port
from marketingconnect.demo.supervisor.layout import WEBHOOK_PATH
from marketingconnect.terms.services import ensure_terms_published

CLERK: Final = Actor.system("essai")
PASSWORD: Final = "trois pommes et un panier"  # noqa: S105  an invented person


class Shop(Platform):
    """Sells to one client, whose bank loses a share of its answers."""

    def __init__(self, folder: Path, *, loss: float, seed: int) -> None:
        super().__init__(folder, senders=0, secrets=secrets_of_this_process())
        self.bank_folder = folder / "bank"
        self._bank, self._bank_secret = free_port(), secrets.token_urlsafe(24)
        self._line = ["--loss", str(loss), "--seed", str(seed)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._web}"

    def start(self) -> None:
        bank = ["sandbox_bank", "--port", str(self._bank), "--dir", str(self.bank_folder)]
        bank += ["--webhook-url", f"{self.url}{WEBHOOK_PATH}", *self._line]
        self._start("bank", bank)
        self._until_answers(self._bank)
        super().start()

    def bank_settings(self) -> dict[str, str]:
        """For services called from this process."""
        return {
            "BANK_URL": f"http://127.0.0.1:{self._bank}",
            "BANK_SECRET": self._bank_secret,
            "BASE_URL": self.url,
        }

    def payments_at_the_bank(self) -> dict[str, dict[str, Any]]:
        """By number, as its own journal last says."""
        found: dict[str, dict[str, Any]] = {}
        journal = self.bank_folder / "journal.jsonl"
        for line in journal.read_text("utf-8").splitlines() if journal.exists() else ():
            for record in json.loads(line):
                if record["kind"] == "payment":
                    found[record["payment"]["id"]] = record["payment"]
        return found

    def _environment(self, name: str) -> dict[str, str]:
        return {
            **super()._environment(name),
            "MARKETINGCONNECT_BASE_URL": self.url,
            "MARKETINGCONNECT_BANK_URL": f"http://127.0.0.1:{self._bank}",
            "MARKETINGCONNECT_BANK_SECRET": self._bank_secret,
        }


@contextmanager
def open_shop(folder: Path, *, loss: float = 0.0, seed: int = 1) -> Iterator[Shop]:
    """Migrated, its terms and prices published, everything started; models point at it."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with Shop(folder, loss=loss, seed=seed) as shop, connected_to(shop):
        call_command("migrate", verbosity=0)
        now = clock.now()
        ensure_terms_published(now)
        publish_demo_operator(actor=CLERK, now=now)
        publish_demo_price_list(actor=CLERK, now=now)
        shop.start()
        with _settings(shop.bank_settings()):
            yield shop
        connection.close()


def make_client() -> tuple[Company, User]:
    """A company and its owner, who may log in."""
    now = clock.now()
    company = make_company(now)
    user = User(
        email="nadia@example.org",
        first_name="Nadia",
        last_name="Essai",
        staff_role="",
        email_confirmed_at=now,
        joined_at=now,
    )
    user.set_password(PASSWORD)
    user.save()
    Membership.objects.create(user=user, company=company, role=MemberRole.OWNER, since=now)
    return company, user


def count_deadlocks() -> int:
    """Transactions that PostgreSQL gave up because they waited for each other."""
    with connection.cursor() as asking:
        asking.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(asking.fetchone()[0])


@contextmanager
def _settings(values: Mapping[str, str]) -> Iterator[None]:
    with override_settings(**values):
        yield
