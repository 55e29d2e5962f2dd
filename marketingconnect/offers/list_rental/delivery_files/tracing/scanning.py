"""Read a suspicious file twice: to learn which cells say something, then for what they say."""

import random
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.offers.list_rental.delivery_files import spelling
from marketingconnect.offers.list_rental.delivery_files.fingerprint import (
    NO_KEY,
    Fingerprint,
    Recogniser,
    holds,
)
from marketingconnect.offers.list_rental.delivery_files.reference import LENGTH, read_reference
from marketingconnect.offers.list_rental.delivery_files.tracing.cells import (
    NAME,
    STREET,
    Reading,
    Role,
    every_role,
    read,
    spread,
)
from marketingconnect.offers.list_rental.delivery_files.tracing.verdict import Observations

SAMPLE: Final = 400
_REFERENCE: Final = re.compile(rf"[0-9A-Z]{{{LENGTH}}}")
_SEED: Final = 42

Rows = Callable[[], Iterator[list[str]]]
"""The rows of the file, from the first again at each call."""


@dataclass(frozen=True, slots=True)
class KnownTrap:
    """A name that only one delivery has, and the street it goes with."""

    delivery: int
    name: str
    street: frozenset[str]


@dataclass(slots=True)
class Scan:
    """What was read in a file."""

    rows: int = 0
    recognisable: int = 0
    """Rows with a name or a street, ours or not."""
    names: dict[int, Observations] = field(default_factory=dict)
    streets: dict[int, Observations] = field(default_factory=dict)
    """Version of the master key -> readings."""
    traps: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    references: Counter[int] = field(default_factory=Counter)


def sampled(rows: Iterable[list[str]]) -> list[list[str]]:
    """Some rows of the whole file, each with the same chance."""
    drawn = random.Random(_SEED)  # noqa: S311  any rows will do
    kept: list[list[str]] = []
    for number, cells in enumerate(rows):
        if number < SAMPLE:
            kept.append(spread(cells))
        elif (place := drawn.randrange(number + 1)) < SAMPLE:
            kept[place] = spread(cells)
    return kept


def learned_roles(
    sample: Sequence[list[str]],
    recognisers: Mapping[int, Recogniser],
    fingerprints: Iterable[tuple[int, Fingerprint]],
) -> list[Role]:
    """The roles that find delivered records in the sample, as few as find them all.

    `fingerprints` are those of every delivery, each with the version of its master key.
    """
    tries = [
        (number, role, reading)
        for number, cells in enumerate(sample)
        for role in every_role(cells)
        if (reading := read(cells, role)) is not None
    ]
    keys = {
        version: np.array([_key(known, role, reading) for _, role, reading in tries], dtype="<u8")
        for version, known in recognisers.items()
    }
    are_names = np.array([role.kind == NAME for _, role, _ in tries], dtype=np.bool_)
    found = np.zeros(len(tries), dtype=np.bool_)
    for version, fingerprint in fingerprints:
        wanted = keys[version]
        found |= np.where(
            are_names, holds(fingerprint.names, wanted), holds(fingerprint.streets, wanted)
        )
    rows_of: dict[Role, set[int]] = defaultdict(set)
    for place in np.flatnonzero(found):
        number, role, _ = tries[place]
        rows_of[role].add(number)
    return [*_fewest(rows_of, NAME), *_fewest(rows_of, STREET)]


def _fewest(rows_of: Mapping[Role, set[int]], kind: str) -> list[Role]:
    """Roles one after the other, that which adds the most rows first; simple ones before pairs."""
    left = {role: set(rows) for role, rows in rows_of.items() if role.kind == kind}
    chosen: list[Role] = []
    while left:
        best = max(sorted(left), key=lambda role: (len(left[role]), -len(role.cells)))
        if not left[best]:
            break
        covered = left.pop(best)
        chosen.append(best)
        for rows in left.values():
            rows -= covered
    return chosen


def scan(
    rows: Iterable[list[str]],
    roles: Sequence[Role],
    recognisers: Mapping[int, Recogniser],
    traps: Mapping[str, KnownTrap],
) -> Scan:
    """Read every row in each role."""
    done = Scan()
    kept = {(kind, version): _Kept() for kind in (NAME, STREET) for version in recognisers}
    for cells in rows:
        row = spread(cells)
        readings = [(role, reading) for role in roles if (reading := read(row, role)) is not None]
        for role, reading in readings:
            for version, recogniser in recognisers.items():
                kept[role.kind, version].add(done.rows, _key(recogniser, role, reading), reading)
            if role.kind == NAME:
                _look_for_trap(done, traps, reading, row)
        _look_for_reference(done, row)
        done.recognisable += bool(readings)
        done.rows += 1
    for (kind, version), readings_kept in kept.items():
        (done.names if kind == NAME else done.streets)[version] = readings_kept.observations()
    return done


def _look_for_trap(
    done: Scan, traps: Mapping[str, KnownTrap], reading: Reading, row: Sequence[str]
) -> None:
    """A trap is found by its name and its street: a name alone may be somebody's."""
    trap = traps.get(f"{reading.form}|{reading.postal_code}")
    if trap is not None:
        words = spelling.street_form(spelling.words_of(" ".join(row))).split()
        if trap.street.issubset(words):
            done.traps[trap.delivery].add(trap.name)


def _look_for_reference(done: Scan, row: Sequence[str]) -> None:
    for cell in row:
        if len(cell) == LENGTH and _REFERENCE.fullmatch(cell):
            with suppress(InvalidValueError):
                done.references[read_reference(cell).delivery] += 1


def _key(recogniser: Recogniser, role: Role, reading: Reading) -> int:
    if role.kind == NAME:
        return recogniser.name_key(reading.form, reading.postal_code)
    return recogniser.street_key(reading.form, reading.postal_code)


class _Kept:
    """Readings as they come; one of a key that is empty is not kept."""

    def __init__(self) -> None:
        self._rows, self._keys = array("q"), array("Q")
        self._known, self._long = array("B"), array("B")

    def add(self, row: int, key: int, reading: Reading) -> None:
        if key != NO_KEY:
            self._rows.append(row)
            self._keys.append(key)
            self._known.append(reading.known)
            self._long.append(reading.long)

    def observations(self) -> Observations:
        return Observations(
            np.array(self._rows, dtype=np.int64),
            np.array(self._keys, dtype=np.uint64),
            np.array(self._known, dtype=np.uint8),
            np.array(self._long, dtype=np.uint8),
        )
