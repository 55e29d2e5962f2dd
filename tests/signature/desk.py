"""A signature from beginning to end, as a client goes through it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pytest_django import Settings

from marketingconnect.accounts.models import User
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.texting import Text, caught_texts
from marketingconnect.orders.models import Order
from marketingconnect.signature.events import Visitor
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.services import (
    collect_signer,
    confirm_code,
    propose_document,
    send_code,
)
from marketingconnect.signature.states import DocumentKind
from tests.cast import Cast
from tests.signature.making import NOON, PASSPHRASE, order_form

MOBILE = "06 39 98 00 12"


def visitor_of(user: User) -> Visitor:
    actor = Actor.user(user.pk, user.full_name)
    return Visitor(actor, user.pk, "192.0.2.7", "Firefox d’essai")


@dataclass
class Desk:
    """What the tests do to one order."""

    order: Order
    cast: Cast
    folder: Path
    settings: Settings

    @property
    def alice(self) -> Visitor:
        return visitor_of(self.cast.alice)

    def propose(
        self,
        kind: DocumentKind = DocumentKind.ORDER_FORM,
        now: datetime = NOON,
        signer: User | None = None,
    ) -> SignatureRequest:
        return propose_document(
            self.order.pk,
            kind=kind,
            title=f"Bon de commande {self.order}",
            pdf=order_form(),
            signer_id=(signer or self.cast.alice).pk,
            visitor=visitor_of(self.cast.marc),
            now=now,
        )

    def identify(
        self, request: SignatureRequest, now: datetime = NOON, **changes: Any
    ) -> SignatureRequest:
        values = {
            "first_name": "Alice",
            "last_name": "Essai",
            "position": "Gérante",
            "email": "alice@example.org",
            "mobile": MOBILE,
            "visitor": self.alice,
        }
        return collect_signer(request.pk, now=now, **{**values, **changes})

    def ask(self, request: SignatureRequest, now: datetime = NOON) -> str:
        """The code that came by SMS."""
        send_code(request.pk, visitor=self.alice, now=now)
        return code_in(self.texts()[0])

    def type(
        self, request: SignatureRequest, code: str, now: datetime = NOON, user: User | None = None
    ) -> SignatureRequest:
        who = visitor_of(user) if user else self.alice
        return confirm_code(request.pk, code, visitor=who, now=now)

    def ready(self, now: datetime = NOON) -> tuple[SignatureRequest, str]:
        request = self.identify(self.propose(now=now), now=now)
        return request, self.ask(request, now=now)

    def sign(self, now: datetime = NOON) -> SignatureRequest:
        request, code = self.ready(now)
        return self.type(request, code, now=now + timedelta(seconds=30))

    def stop_keys(self) -> None:
        """No certificate can be made from now on."""
        self.settings.AUTHORITY_PASSPHRASE = "une autre phrase"

    def start_keys(self) -> None:
        self.settings.AUTHORITY_PASSPHRASE = PASSPHRASE

    def texts(self) -> list[Text]:
        return caught_texts(self.folder / "texts")


def code_in(text: Text) -> str:
    found = re.search(r"\b\d{6}\b", text.body)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def events_of(request: SignatureRequest) -> list[str]:
    return list(request.events.order_by("number").values_list("kind", flat=True))


def journal_of(request: SignatureRequest) -> list[str]:
    entries = JournalEntry.objects.filter(action__startswith="signature.").order_by("position")
    mine = entries.filter(after__request=request.reference)
    return [one.action.removeprefix("signature.") for one in mine]
