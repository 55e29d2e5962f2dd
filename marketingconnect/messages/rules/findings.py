"""What a check says: how serious, where, how to mend it, and the article that asks for it."""

from dataclasses import dataclass
from enum import StrEnum

from marketingconnect.kernel.typography import non_breaking


class Level(StrEnum):
    """`BLOCKING` prevents validation; `TO_FIX` should be mended; `ADVICE` makes it better."""

    BLOCKING = "blocking"
    TO_FIX = "to_fix"
    ADVICE = "advice"


LEVEL_LABELS = {
    Level.BLOCKING: "Bloquant",
    Level.TO_FIX: "À corriger",
    Level.ADVICE: "Conseil",
}


@dataclass(frozen=True)
class Finding:
    """One result of a check, in French. `where` names the place in the client's words."""

    code: str
    level: Level
    sentence: str
    where: str
    mend: str
    article: str = "B.2"

    def __post_init__(self) -> None:
        for name in ("sentence", "where", "mend"):
            object.__setattr__(self, name, non_breaking(getattr(self, name)))

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self.level]


def is_blocked(findings: list[Finding]) -> bool:
    """CGV B.2: whether at least one check forbids to validate the message."""
    return any(finding.level is Level.BLOCKING for finding in findings)
