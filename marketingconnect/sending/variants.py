"""Two contents of one campaign: tried on a part of the audience, the better one for the rest."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketingconnect.sending.message.content import CampaignContent


class Variant(StrEnum):
    """Which content a chunk carries."""

    A = "a"
    B = "b"
    UNDECIDED = ""
    """Held until the test is decided; no sender takes it."""


@dataclass(frozen=True, slots=True)
class SubjectTest:
    """The second content, the part of the audience that tries both, and for how long."""

    content: CampaignContent
    percent: int
    """Of the audience, half for each content."""
    hours: int


DRAW: Final = "(('x' || substr(md5(%(campaign)s::text || ':' || {position}), 1, 7))::bit(28)::int)"
"""SQL: a number that depends on the campaign and the position alone, as good as drawn."""


def group_sql(position: str) -> str:
    """SQL of the group of a position, `a`, `b` or empty; wants `campaign` and `percent`."""
    draw = DRAW.format(position=position)
    return (
        f"CASE WHEN mod({draw}, 200) < %(percent)s THEN 'a'"
        f" WHEN mod({draw}, 200) < 2 * %(percent)s THEN 'b' ELSE '' END"
    )
