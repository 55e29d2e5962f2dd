"""The mail that arrived, as the catcher wrote it down: the judge of the figures; and the texts."""

import re
from collections import Counter
from pathlib import Path

from marketingconnect.demo.check.person import PageError
from marketingconnect.demo.check.steps import wait_for
from marketingconnect.kernel.phone import normalise_phone
from marketingconnect.notices.texting import caught_texts
from marketingconnect.sandbox.catcher import CaughtMessage, Entry, Ledger


class Post:
    """Reads the catcher's ledger afresh at each question."""

    def __init__(self, folder: Path, texts: Path) -> None:
        self._ledger = Ledger(folder)
        self._texts = texts

    def letter_to(self, address: str, *, about: str, after: int = 0) -> CaughtMessage:
        """Wait for the newest message to `address` whose subject holds `about`."""

        def look() -> CaughtMessage | None:
            for entry in self._ledger.page(to=address).entries:
                if entry.id > after and address in entry.recipients and about in entry.subject:
                    return self._ledger.message(entry.id)
            return None

        return wait_for(f"un e-mail « {about} » pour {address}", look)

    def code_for(self, mobile: str) -> str:
        """The six digits of the newest message to a mobile."""
        to = normalise_phone(mobile).e164
        for text in caught_texts(self._texts):
            if text.to == to and (found := re.search(r"\b\d{6}\b", text.body)):
                return found[0]
        raise PageError(f"aucun code reçu au {mobile}")

    @property
    def newest(self) -> int:
        """Number of the newest message, 0 before the first."""
        return next((entry.id for entry in self._ledger.page().entries), 0)

    def campaign_with(self, subject: str) -> str:
        """The X-Campaign of the messages sent with this subject."""
        for entry in self._ledger.entries():
            if entry.campaign and entry.subject == subject:
                return entry.campaign
        raise PageError(f"aucun message de campagne « {subject} » au registre")

    def entries_of(self, campaign: str) -> list[Entry]:
        return [entry for entry in self._ledger.entries() if entry.campaign == campaign]

    def recipients_of(self, campaign: str) -> Counter[str]:
        """How often the campaign reached each address."""
        return Counter(
            recipient for entry in self.entries_of(campaign) for recipient in entry.recipients
        )

    def one_recipient(self, campaign: str) -> str:
        return self.entries_of(campaign)[0].recipients[0]

    def unsubscribe_link(self, campaign: str, address: str) -> str:
        """The address of List-Unsubscribe, checked to be one-click (RFC 8058)."""
        entry = next(one for one in self.entries_of(campaign) if address in one.recipients)
        message = self._ledger.message(entry.id)
        if message is None:
            raise PageError(f"le message {entry.id} manque au registre")
        if message.header("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
            raise PageError("le message n'offre pas la désinscription en un clic")
        links = (message.header("List-Unsubscribe") or "").split(",")
        return next(one.strip(" <>") for one in links if one.strip(" <>").startswith("http"))

    def must_not_hold(self, campaign: str, address: str) -> None:
        if address in self.recipients_of(campaign):
            raise PageError(f"{address} s'était désinscrit et a reçu la campagne {campaign}")
