"""What is asked of the domain name system, whoever answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RecordType(StrEnum):
    """The types of record that the platform reads."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    MX = "MX"
    TXT = "TXT"


class Found(StrEnum):
    """How a question ended; `UNKNOWN` decides nothing: nobody answered, or nobody was asked."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """Records in their zone-file form, sorted: `10 mx.example.org.`, the joined text of a TXT."""

    found: Found
    records: tuple[str, ...] = ()


UNKNOWN = Answer(Found.UNKNOWN)


class Resolver(Protocol):
    """One question at a time; may be called from several threads."""

    def ask(self, name: str, kind: RecordType) -> Answer:
        """The records of a name in its ASCII form. Never raises: what fails is UNKNOWN."""
        ...


class NoResolver:
    """Asks nobody: the platform works without the Internet."""

    def ask(self, name: str, kind: RecordType) -> Answer:
        """Always UNKNOWN."""
        return UNKNOWN
