"""Whether two campaigns differ by more than chance: rates compared, in plain words."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

_SURE: Final = 2.64
"""Standard deviations that chance passes once in 120: of the six comparisons that a page makes at
most, one in twenty pages says something by chance (Bonferroni)."""
_FEWEST_EXPECTED: Final = 5
"""Fewer expected in a cell, and the deviation says nothing (Cochran's rule)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        return self.part / self.whole if self.whole else 0.0


def differs(a: Rate, b: Rate) -> bool | None:
    """Two proportions compared by their pooled deviation; None when there are too few of them.

    Fleiss, Levin and Paik, *Statistical Methods for Rates and Proportions*, section 2.
    """
    if not (a.whole and b.whole):
        return None
    pooled = (a.part + b.part) / (a.whole + b.whole)
    if min(a.whole, b.whole) * min(pooled, 1 - pooled) < _FEWEST_EXPECTED:
        return None
    deviation = sqrt(pooled * (1 - pooled) * (1 / a.whole + 1 / b.whole))
    return abs(a.share - b.share) / deviation > _SURE


def told(what: str, a: Rate, b: Rate) -> str:
    """A sentence about `what` (« clics ») of a campaign beside the first one's."""
    found = differs(b, a)
    if found is None:
        return f"{what} : trop peu de messages pour comparer."
    if not found:
        return f"{what} : l’écart peut venir du hasard."
    way = "plus" if b.share > a.share else "moins"
    return f"{what} : {way}, et l’écart dépasse le hasard."
