"""Somebody of the operator's staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketingconnect.demo.check.person import PageError, Person
from marketingconnect.demo.check.steps import wait_for


class Staff:
    """Logged in once, the first time it is needed."""

    def __init__(self, base_url: str, account: Mapping[str, Any]) -> None:
        self.person = Person(base_url)
        self._account = account
        self._is_in = False

    def approve(self, subject: str) -> None:
        """Find the message in the moderation queue and approve it."""
        self._log_in()
        wait_for(f"« {subject} » à la modération", lambda: self._open_message(subject))
        self.person.submit(having="decision", fields={"decision": "approved"})

    def approve_sample(self, rental: str) -> None:
        """Find the sample of a rented file's message and approve it."""
        self._log_in()
        wait_for(f"« {rental} » à la modération", lambda: self._open_message(rental))
        self.person.submit(having="decision", fields={"decision": "approved"})

    def has_base(self) -> bool:
        """Whether both populations have a release in use."""
        self._log_in()
        self.person.open("/gestion/base/")
        return self.person.text.count("En service ") >= 2 and "En ce moment" not in self.person.text

    def credit(self, claim: str) -> None:
        """Examine a claim by the rule, then give a credit note."""
        self._log_in()
        self.person.open(f"/gestion/reclamations/{claim}/")
        self.person.submit(having="/examiner")
        self.person.submit(having="choice", fields={"choice": "credit_note"})
        if "Avoir accordé" not in self.person.text:
            raise PageError(f"l'avoir n'est pas accordé : {self.person.text[:400]}")

    def advance_clock(self, to: datetime) -> None:
        """Move the demo's clock to an hour of Paris."""
        self._log_in()
        self.person.open("/gestion/outils/horloge/")
        self.person.submit(having="to=", fields={"to": to.strftime("%Y-%m-%dT%H:%M")})
        if "avanc" not in self.person.text.lower():
            raise PageError(f"l'horloge n'a pas avancé : {self.person.text[:300]}")

    def _open_message(self, subject: str) -> bool:
        page = self.person.open("/gestion/moderation/")
        for link in page.find_all("a", href=True):
            row = link.find_parent("tr") or link
            if subject in " ".join(row.get_text(" ").split()):
                self.person.open(str(link["href"]))
                return True
        return False

    def _log_in(self) -> None:
        if self._is_in:
            return
        self.person.open("/compte/connexion/")
        self.person.submit(
            having="password",
            fields={"email": self._account["email"], "password": self._account["password"]},
        )
        self._is_in = True
