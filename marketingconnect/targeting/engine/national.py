"""Counts over the whole country, in plain words: the same answer as bitmaps, in a steady time.

The tree is laid out once as sets of words joined by and, or and not; it is then met a piece at a
time, small enough that what is between two sets never leaves the processor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase, digits
from threading import Lock
from typing import Final

import numpy as np
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import DAY_BITS, RUNS, day_number
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import (
    FIELDS,
    All,
    AnyOf,
    Between,
    Channel,
    Condition,
    Criteria,
    Group,
    Near,
    Not,
    Reachable,
    ValueIn,
    Within,
)
from marketingconnect.targeting.engine.cache import LatestUsed
from marketingconnect.targeting.engine.dates import is_settled_by_bits
from marketingconnect.targeting.engine.evaluation import Evaluator
from marketingconnect.targeting.engine.words import (
    Words,
    count,
    flip,
    shifted,
    words_of,
    words_of_ranges,
)

CACHE_BYTES: Final = 192 * 1024 * 1024
_PIECE: Final = 1 << 15
"""Words of a piece: 256 kB, two million rows."""
_FEW_NAMES: Final = 16
"""A union of more values than this is laid out once, as one set."""
_FEW_CHANGES: Final = 100_000
_HEADS: Final = ascii_uppercase + digits
"""What a code of the NAF or of a legal category may begin with."""
_NEIGHBOURS: Final = (Group.HOUSEHOLD, Group.ADDRESS)


@dataclass(frozen=True, slots=True)
class _Joined:
    """Sets that all hold, or of which one holds."""

    parts: tuple["_Term", ...]
    every: bool


@dataclass(frozen=True, slots=True)
class _Opposite:
    part: "_Term"


_Term = Words | _Joined | _Opposite


class NationalCounter:
    """Counts one release in words. Safe to share between threads."""

    def __init__(
        self, index: ReleaseIndex, evaluator: Evaluator, *, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._index = index
        self._evaluator = evaluator
        self._kept: dict[str, Words] = {}
        self._cache: LatestUsed[Words] = LatestUsed(cache_bytes, lambda words: words.nbytes)
        self._live: dict[str, tuple[BitMap, Words]] = {}
        self._lock = Lock()

    def load(self) -> None:
        """Lay out the values of fields that have few, and the heads of others, before forking."""
        for field, values in self._index.values.items():
            if len(values) <= _FEW_NAMES:
                for value in values:
                    self._kept[f"{field}={value}"] = self._words(f"{field}={value}")
            elif field in FIELDS and FIELDS[field].prefix:
                for head in _HEADS:
                    if self._evaluator.names(field, (head,)):
                        self._kept[f"{field}={head}…"] = self._union(field, (head,))

    def counts(self, group: Group | None) -> bool:
        """Whether such groups are counted here: rows themselves, or groups of neighbours."""
        return group is None or group is Group.ESTABLISHMENT or group in _NEIGHBOURS

    def count(self, criteria: Criteria, context: CountContext, group: Group | None) -> int:
        """How many groups have a row of those that are kept, before quotas and sample."""
        term = self._laid_out(criteria, context)
        if group not in _NEIGHBOURS:
            return sum(count(piece) for piece in self._pieces(term))
        chosen = np.empty(len(self._everybody), dtype=np.uint64)
        place = 0
        for piece in self._pieces(term):
            chosen[place : place + len(piece)] = piece
            place += len(piece)
        return count(chosen) - count(chosen & self._followers(chosen, group))

    # -- meeting -----------------------------------------------------------------------------------

    def _pieces(self, term: _Joined) -> Iterator[Words]:
        for start in range(0, len(self._everybody), _PIECE):
            yield _met(term, start, start + _PIECE)

    def _followers(self, chosen: Words, group: Group) -> Words:
        """Rows of the groups that have a chosen row before them; see `groups`."""
        longest = self._index.longest[group.value]
        reached, step = chosen, 1
        while step < longest - 1:
            further = shifted(reached, step)
            further &= self._named(f"{group.value}_after={step}")
            reached = np.bitwise_or(reached, further, out=further)
            step *= 2
        moved = shifted(reached, 1)
        moved &= self._named(f"{group.value}_after=1")
        return moved

    # -- laying out --------------------------------------------------------------------------------

    def _laid_out(self, criteria: Criteria, context: CountContext) -> _Joined:
        """The channel comes first: no opposite may, for it has bits after the last row."""
        parts = self._reachable(criteria.channel, context)
        parts += self._terms(criteria.where, context)
        for name, rows in context.excluded(criteria).items():
            parts.append(_Opposite(self._of_set(name, rows)))
        return _Joined(tuple(parts), every=True)

    def _terms(self, node: Condition, context: CountContext) -> list[_Term]:
        """The sets that must all hold for the node to."""
        match node:
            case All(parts):
                return [term for part in parts for term in self._terms(part, context)]
            case Reachable(channel):
                return self._reachable(channel, context)
            case _:
                return [self._term(node, context)]

    def _term(self, node: Condition, context: CountContext) -> _Term:
        match node:
            case All() | Reachable():
                return _Joined((self._everybody, *self._terms(node, context)), every=True)
            case AnyOf(parts):
                return _Joined(tuple(self._term(part, context) for part in parts), every=False)
            case Not(part):
                return _Opposite(self._term(part, context))
            case ValueIn(field, values):
                return self._values(field, values)
            case Between(_, first, last) if is_settled_by_bits(first, last):
                return self._between(first, last)
            case Between() | Near() | Within():
                return self._cache.get_or_make(
                    node, lambda: words_of(self._evaluator.kept(node), self._index.rows)
                )

    def _values(self, field: str, values: tuple[object, ...]) -> _Term:
        if field in RUNS:
            runs = self._index.runs(field)
            return self._cache.get_or_make(
                (field, values),
                lambda: words_of_ranges(
                    (each for value in values for each in runs.ranges(str(value))),
                    self._index.rows,
                ),
            )
        names = self._evaluator.names(field, values)
        if 0 < len(names) <= _FEW_NAMES:
            return _Joined(tuple(map(self._named, names)), every=False)
        if FIELDS[field].prefix and 0 < len(values) <= _FEW_NAMES:
            return _Joined(tuple(self._begun(field, str(value)) for value in values), every=False)
        return self._cache.get_or_make((field, values), lambda: self._union(field, values))

    def _begun(self, field: str, value: str) -> Words:
        """The rows whose value begins with this one: a section of the NAF is some sixty classes."""
        found = self._kept.get(f"{field}={value}…")
        if found is None:
            found = self._cache.get_or_make((field, value), lambda: self._union(field, (value,)))
        return found

    def _union(self, field: str, values: tuple[object, ...]) -> Words:
        return words_of(self._evaluator.rows_with(field, values), self._index.rows)

    def _between(self, first: date | None, last: date | None) -> _Term:
        reached = self._reaching(day_number(first) if first else 1)
        if last is None or (after := day_number(last) + 1) >= 1 << DAY_BITS:
            return reached
        return _Joined((reached, _Opposite(self._reaching(after))), every=True)

    def _reaching(self, number: int) -> _Term:
        """The rows of this number and of larger ones, as `dates` finds them bit by bit."""
        lowest = (number & -number).bit_length() - 1
        found: _Term = self._named(f"created_bit={lowest}")
        for bit in range(lowest + 1, DAY_BITS):
            held = self._named(f"created_bit={bit}")
            found = _Joined((found, held), every=bool(number >> bit & 1))
        return found

    def _reachable(self, channel: Channel, context: CountContext) -> list[_Term]:
        state = context.channel(channel)
        right = self._evaluator.with_right(channel, state)
        held = self._cache.get_or_make(
            ("right", channel, state.right), lambda: words_of(right, self._index.rows)
        )
        sets = {"opposed": state.opposed, "flagged": state.flagged}
        lost = [self._of_set(f"{channel}/{name}", rows) for name, rows in sets.items() if rows]
        return [held, *map(_Opposite, lost)]

    # -- words -------------------------------------------------------------------------------------

    @property
    def _everybody(self) -> Words:
        return self._cache.get_or_make(
            "everybody", lambda: words_of_ranges([(0, self._index.rows)], self._index.rows)
        )

    def _named(self, name: str) -> Words:
        found = self._kept.get(name)
        if found is None:
            found = self._cache.get_or_make(("name", name), lambda: self._words(name))
        return found

    def _words(self, name: str) -> Words:
        return words_of(self._index.bitmap(name), self._index.rows)

    def _of_set(self, name: str, rows: BitMap) -> Words:
        """A set that lives: laid out again only where it changed since the last time."""
        with self._lock:
            known = self._live.get(name)
        if known is not None and known[0] is rows:
            return known[1]
        words = self._changed(known, rows)
        with self._lock:
            self._live[name] = (rows, words)
        return words

    def _changed(self, known: tuple[BitMap, Words] | None, rows: BitMap) -> Words:
        if known is not None:
            changes = known[0] ^ rows
            if len(changes) <= _FEW_CHANGES:
                words = known[1].copy()
                flip(words, changes)
                return words
        return words_of(rows, self._index.rows)


def _met(term: _Joined, start: int, end: int) -> Words:
    """The words of a piece, its own to change."""
    first, *others = term.parts
    found = _piece(first, start, end)
    if not isinstance(first, _Joined | _Opposite):
        found = found.copy()
    for part in others:
        if isinstance(part, _Opposite) and term.every:
            found &= ~_piece(part.part, start, end)
        elif term.every:
            found &= _piece(part, start, end)
        else:
            found |= _piece(part, start, end)
    return found


def _piece(term: _Term, start: int, end: int) -> Words:
    match term:
        case _Joined():
            return _met(term, start, end)
        case _Opposite(part):
            return ~_piece(part, start, end)
        case _:
            return term[start:end]
