"""Registered letters with receipt (lettre recommandée avec avis de réception, LRAR)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from marketingconnect.contracts.states import LetterState

MOST_SCAN_BYTES: Final = 10 * 1024 * 1024


class Direction(StrEnum):
    SENT = "sent"
    RECEIVED = "received"

    @property
    def label(self) -> str:
        return {"sent": "Envoyée", "received": "Reçue"}[self]


class Purpose(StrEnum):
    """What a letter is about."""

    CLAIM = "claim"
    FORMAL_NOTICE = "formal_notice"
    FORCE_MAJEURE = "force_majeure"
    TERMS_CHANGE = "terms_change"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _PURPOSES[self]


_PURPOSES: Final = {
    Purpose.CLAIM: "Réclamation",
    Purpose.FORMAL_NOTICE: "Mise en demeure",
    Purpose.FORCE_MAJEURE: "Force majeure",
    Purpose.TERMS_CHANGE: "Refus d’un changement de tarifs ou de conditions",
    Purpose.OTHER: "Autre objet",
}


class ScanKind(StrEnum):
    """What a scan shows."""

    LETTER = "letter"
    POSTING = "posting"
    RECEIPT = "receipt"

    @property
    def label(self) -> str:
        return {
            "letter": "La lettre",
            "posting": "Preuve de dépôt",
            "receipt": "Avis de réception",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDates:
    """What the post says of a letter; None for what has not happened, or is not known."""

    posted_on: date
    presented_on: date | None = None
    received_on: date | None = None
    refused_on: date | None = None
    unclaimed_on: date | None = None

    @property
    def state(self) -> LetterState:
        if self.received_on is not None:
            return LetterState.RECEIVED
        if self.refused_on is not None:
            return LetterState.REFUSED
        if self.unclaimed_on is not None:
            return LetterState.UNCLAIMED
        return LetterState.POSTED if self.presented_on is None else LetterState.PRESENTED


def letter_problems(*, number: str, dates: LetterDates, today: date) -> dict[str, str]:
    """CGV III.g, III.b: a letter has its number and days that follow one another, none to come.

    It is received, refused or not fetched: one of the three.
    """
    problems = {}
    if not number.strip():
        problems["number"] = "Indiquez le numéro de la lettre recommandée."
    ends = {
        "received_on": dates.received_on,
        "refused_on": dates.refused_on,
        "unclaimed_on": dates.unclaimed_on,
    }
    steps = {"posted_on": dates.posted_on, "presented_on": dates.presented_on, **ends}
    earliest = max(dates.posted_on, dates.presented_on or dates.posted_on)
    for field, day in steps.items():
        if day is None:
            continue
        if day > today:
            problems[field] = "Cette date est dans le futur."
        elif day < (earliest if field in ends else dates.posted_on):
            problems[field] = "Cette date précède celle de l’étape d’avant."
    if sum(day is not None for day in ends.values()) > 1:
        problems["received_on"] = "Une lettre est reçue, refusée ou non réclamée : l’un des trois."
    return problems


def reception_day(dates: LetterDates) -> date | None:
    """CGV III.g: the day from which its period runs: that of reception, or of refusal.

    Who refuses a letter cannot say that it never came. One that nobody fetched starts nothing:
    it is served otherwise.
    """
    return dates.received_on or dates.refused_on


def scan_kind_problem(beginning: bytes) -> str:
    """CGV III.g: the proof of a letter is kept as a PDF or an image; a sentence for another file.

    Told by its first bytes, whatever it is called.
    """
    known = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
    return "" if beginning.startswith(known) else "Déposez un PDF, une image PNG ou JPEG."
