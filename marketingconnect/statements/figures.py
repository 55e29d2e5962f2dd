"""What a statement counts, from its own sheet: the words of the columns and the sums of the rows.

Read by the program that checks a statement offline: no Django, no database.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

COLUMNS: Final = (
    "rang",
    "adresse",
    "etat",
    "motif",
    "code",
    "reponse",
    "le",
    "retour",
    "reponse_du_retour",
    "retour_le",
)
"""Of the sheet: the last word on each recipient, then what its server answered, then the late mail
that changed it, if any. Instants are in UTC."""
RELAYED: Final = "abouti_relais"
"""Accepted by the relay, and no bounce came in the window."""
ACCEPTED: Final = "abouti"
"""Accepted by the recipient's own server, and no bounce came in the window."""
UNDELIVERED: Final = "non_abouti"
UNCERTAIN: Final = "en_doute"
NOT_SENT: Final = "non_envoye"
STATES: Final = (RELAYED, ACCEPTED, UNDELIVERED, UNCERTAIN, NOT_SENT)


@dataclass(frozen=True)
class StatementFigures:
    """CGV B.1.6: `delivered` (*aboutis*) makes proof between the parties."""

    sold: int
    relayed: int = 0
    accepted: int = 0
    undelivered: dict[str, int] = field(default_factory=dict)
    """By cause; refused at once, or by a mail that came back in the window."""
    uncertain: int = 0
    not_sent: dict[str, int] = field(default_factory=dict)
    """By reason."""

    @property
    def delivered(self) -> int:
        return self.relayed + self.accepted

    @property
    def sent(self) -> int:
        return self.delivered + sum(self.undelivered.values())

    def as_facts(self) -> dict[str, Any]:
        """For the manifest: every figure, derived ones too."""
        return {
            "sold": self.sold,
            "sent": self.sent,
            "delivered": self.delivered,
            "delivered_by_relay": self.relayed,
            "delivered_to_final_server": self.accepted,
            "undelivered": dict(sorted(self.undelivered.items())),
            "uncertain": self.uncertain,
            "not_sent": dict(sorted(self.not_sent.items())),
        }


def read_sheet(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows of a sheet. Raises ValueError when its columns are others."""
    reader = csv.DictReader(lines, delimiter=";")
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError("the columns of the sheet are not those of a statement")
    return iter(reader)


def counted(rows: Iterable[dict[str, str]], *, sold: int) -> StatementFigures:
    """The figures that a sheet adds up to. Raises ValueError for a gap, or a state it cannot be."""
    by: Counter[tuple[str, str]] = Counter()
    for place, row in enumerate(rows, start=1):
        if row["rang"] != str(place) or row["etat"] not in STATES:
            raise ValueError(f"row {place} is out of its place or has no known state")
        by[row["etat"], row["motif"]] += 1
    return StatementFigures(
        sold=sold,
        relayed=_total(by, RELAYED),
        accepted=_total(by, ACCEPTED),
        undelivered=_by_reason(by, UNDELIVERED),
        uncertain=_total(by, UNCERTAIN),
        not_sent=_by_reason(by, NOT_SENT),
    )


def _total(by: Counter[tuple[str, str]], state: str) -> int:
    return sum(n for (found, _), n in by.items() if found == state)


def _by_reason(by: Counter[tuple[str, str]], state: str) -> dict[str, int]:
    return {reason: n for (found, reason), n in sorted(by.items()) if found == state}
