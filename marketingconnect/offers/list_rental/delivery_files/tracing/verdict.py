"""Which deliveries a file was taken from: how probable it is that chance alone spelled it so.

A file that does not come from a delivery agrees with its spellings as coins do, one time in two,
whatever else it is: the secret of the delivery was drawn apart. The chance of as much agreement or
more is bounded by Chernoff and Hoeffding's inequality, and multiplied by all that was tried.

Deliveries are named one at a time, the least probable chance first; the rows it explains are then
left out, so that a file glued from several gives each its part. Leaving them out depends on that
delivery's secret only: the others are judged as fairly on what remains.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from marketingconnect.offers.list_rental.delivery_files.fingerprint import (
    Fingerprint,
    Keys,
    Speller,
    holds,
)

Flags = NDArray[np.bool_]
Masks = NDArray[np.uint8]

PROVEN_LOG10: Final = -9.0
"""A delivery is named when chance would do as much less than once in a billion."""

_KINDS: Final = 5


@dataclass(frozen=True, slots=True)
class Observations:
    """What was read in a file, a reading an element: its row, its key, and its spelling."""

    rows: NDArray[np.int64]
    keys: Keys
    known: Masks
    long: Masks


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many spellings were compared with a delivery's, and how many are the same."""

    compared: int
    agreeing: int

    @property
    def log10_chance(self) -> float:
        """The decimal logarithm of a bound of the chance of as much agreement, 0 at most."""
        return log10_chance(self.compared, self.agreeing)


@dataclass(frozen=True, slots=True)
class Judged:
    """A delivery beside a file."""

    delivery: int
    rows: int
    """Rows of the file whose name (without it, whose street) was delivered."""
    agreement: Agreement
    log10_chance: float
    """After correction for all that was tried; the smallest of all rounds."""
    is_proven: bool


def log10_chance(compared: int, agreeing: int) -> float:
    """CGV CL.2: the chance that coins agree so often, as the power of ten that bounds it."""
    if not compared or 2 * agreeing <= compared:
        return 0.0
    share = agreeing / compared
    divergence = math.log(2) + share * math.log(share)
    if share < 1:
        divergence += (1 - share) * math.log1p(-share)
    return -compared * divergence / math.log(10)


class Candidate:
    """One delivery and what it says of each reading of a file."""

    def __init__(
        self,
        delivery: int,
        fingerprint: Fingerprint,
        speller: Speller,
        names: Observations,
        streets: Observations,
        file_rows: int,
    ) -> None:
        self.delivery = delivery
        name_here = holds(fingerprint.names, names.keys)
        street_here = holds(fingerprint.streets, streets.keys)
        self.matched = _matched(names, name_here, streets, street_here, file_rows)
        self._parts = [
            _Part.of(observations, here & self.matched[observations.rows], speller)
            for observations, here in ((names, name_here), (streets, street_here))
        ]

    def agreement(self, active: Flags) -> Agreement:
        """Over the rows still active; the same record spelled the same counts once."""
        counts = [part.agreement(active) for part in self._parts]
        return Agreement(*(sum(numbers) for numbers in zip(*counts, strict=True)))

    def explained(self) -> Flags:
        """The rows all of whose spellings are this delivery's, and that have any."""
        spelled = np.zeros(len(self.matched), dtype=np.bool_)
        otherwise = np.zeros(len(self.matched), dtype=np.bool_)
        for part in self._parts:
            spelled[part.rows[part.known != 0]] = True
            otherwise[part.rows[part.differing != 0]] = True
        return spelled & ~otherwise


@dataclass(frozen=True, slots=True)
class _Part:
    """The readings of one sort that belong to a delivery."""

    rows: NDArray[np.int64]
    keys: Keys
    known: Masks
    long: Masks
    differing: Masks

    @classmethod
    def of(cls, observations: Observations, here: Flags, speller: Speller) -> "_Part":
        keys, known = observations.keys[here], observations.known[here]
        long = observations.long[here]
        unique, places = np.unique(keys, return_inverse=True)
        expected = np.array([speller.long_kinds(int(key)) for key in unique], dtype=np.uint8)
        differing = np.bitwise_and(long ^ expected[places], known) if len(keys) else known
        return cls(observations.rows[here], keys, known, long, differing)

    def agreement(self, active: Flags) -> tuple[int, int]:
        compared = agreeing = 0
        alive = active[self.rows]
        for kind in range(_KINDS):
            seen = alive & (self.known >> kind & 1 == 1)
            if not seen.any():
                continue
            pairs = np.empty(int(seen.sum()), dtype=[("key", "u8"), ("long", "u1"), ("off", "u1")])
            pairs["key"] = self.keys[seen]
            pairs["long"] = self.long[seen] >> kind & 1
            pairs["off"] = self.differing[seen] >> kind & 1
            once = np.unique(pairs)
            compared += len(once)
            agreeing += int((once["off"] == 0).sum())
        return compared, agreeing


def judge(candidates: Sequence[Candidate], *, compared_with: int, file_rows: int) -> list[Judged]:
    """CGV CL.2: every delivery some of whose rows are in the file, the proven ones first.

    `compared_with` is the number of deliveries tried, candidates or not.
    """
    correction = 2 * math.log10(max(compared_with, 1))
    active = np.ones(file_rows, dtype=np.bool_)
    waiting = [candidate for candidate in candidates if candidate.matched.any()]
    whole = {candidate.delivery: candidate.agreement(active) for candidate in waiting}
    best = {delivery: found.log10_chance + correction for delivery, found in whole.items()}
    proven: dict[int, float] = {}
    while waiting:
        chances = [c.agreement(active).log10_chance + correction for c in waiting]
        for candidate, chance in zip(waiting, chances, strict=True):
            best[candidate.delivery] = min(best[candidate.delivery], chance)
        place = int(np.argmin(chances))
        if chances[place] > PROVEN_LOG10:
            break
        named = waiting.pop(place)
        proven[named.delivery] = chances[place]
        active &= ~named.explained()
    judged = [
        Judged(
            delivery=c.delivery,
            rows=int(c.matched.sum()),
            agreement=whole[c.delivery],
            log10_chance=min(0.0, best[c.delivery]),
            is_proven=c.delivery in proven,
        )
        for c in candidates
        if c.delivery in whole
    ]
    return sorted(judged, key=lambda one: (not one.is_proven, one.log10_chance, -one.rows))


def _matched(
    names: Observations,
    name_here: Flags,
    streets: Observations,
    street_here: Flags,
    file_rows: int,
) -> Flags:
    """Rows whose name was delivered; where no name could be read, whose street was."""
    has_name = np.zeros(file_rows, dtype=np.bool_)
    has_name[names.rows] = True
    matched = np.zeros(file_rows, dtype=np.bool_)
    matched[streets.rows[street_here]] = True
    matched &= ~has_name
    matched[names.rows[name_here]] = True
    return matched
