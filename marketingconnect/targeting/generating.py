"""Criteria and contexts made up at random, out of the values that a release really has."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

import numpy as np
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import RUNS
from marketingconnect.targeting.context import ChannelRight, ChannelState, CountContext
from marketingconnect.targeting.criteria import (
    ZONES,
    All,
    AnyOf,
    Between,
    Channel,
    Condition,
    Criteria,
    Exclusions,
    Near,
    Not,
    Quotas,
    Reachable,
    Sample,
    Use,
    ValueIn,
    Within,
    fields_of,
)
from marketingconnect.targeting.criteria.fields import GROUPS, Value

_DEEPEST: Final = 4
_UNKNOWN_ZONES: Final = {"region": "99", "departement": "988", "commune": "99999"}
_TRUTHS: Final = {"true": True, "false": False}


class Generator:
    """Draws criteria over one release; the same seed draws the same."""

    def __init__(self, index: ReleaseIndex, seed: int) -> None:
        self._index = index
        self._random = Random(seed)  # noqa: S311 - chance for tests, no secret
        self.fields = fields_of(index.population)
        self._values = {field.name: self._known(field.name) for field in self.fields}

    def criteria(self) -> Criteria:
        """One set of criteria, of any shape."""
        draw = self._random
        quotas = self._quotas() if draw.random() < 0.25 else None
        sample = None
        if draw.random() < 0.25:
            size = max(1, int(self._index.rows * draw.random() ** 4))
            sample = Sample(size, draw.randrange(2**31))
        criteria = Criteria(
            population=self._index.population,
            channel=draw.choice(list(Channel)),
            use=draw.choice(list(Use)),
            where=All(tuple(self._condition(1) for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 5])))),
            exclude=self._exclusions(),
            one_per=draw.choice([None, *GROUPS[self._index.population]]),
            quotas=quotas,
            sample=sample,
        )
        return Criteria.from_json(criteria.to_json())

    def context(self) -> CountContext:
        """What is live, drawn too: few rows or many in each set."""
        return CountContext(
            population=self._index.population,
            release=self._index.name,
            stamp=f"generated-{self._random.random()}",
            channels=MappingProxyType({channel: self._state(channel) for channel in Channel}),
            removed=self._index.bitmap("removed") | self._rows(),
            earlier=self._rows(),
            file=self._rows(),
            over_solicited=self._rows(),
            records=self._rows(),
        )

    # -- conditions --------------------------------------------------------------------------------

    def _condition(self, depth: int) -> Condition:
        draw = self._random
        kinds: list[Callable[[int], Condition]] = [self._value_in] * 6
        kinds += [self._near, self._within, self._reachable]
        if any(field.dated for field in self.fields):
            kinds += [self._between]
        if depth < _DEEPEST:
            kinds += [self._all, self._any, self._any, self._not, self._not]
        return draw.choice(kinds)(depth)

    def _all(self, depth: int) -> All:
        return All(tuple(self._condition(depth + 1) for _ in range(self._random.randrange(4))))

    def _any(self, depth: int) -> AnyOf:
        return AnyOf(
            tuple(self._condition(depth + 1) for _ in range(1 + self._random.randrange(3)))
        )

    def _not(self, depth: int) -> Not:
        return Not(self._condition(depth + 1))

    def _reachable(self, depth: int) -> Reachable:
        return Reachable(self._random.choice(list(Channel)))

    def _value_in(self, depth: int) -> ValueIn:
        draw = self._random
        field = draw.choice([each for each in self.fields if not each.dated])
        known = self._values[field.name]
        wanted = 1 + int(min(len(known), 60) * draw.random() ** 3)
        chosen = [self._shortened(draw.choice(known), field.name) for _ in range(wanted)]
        if draw.random() < 0.05 and field.name in _UNKNOWN_ZONES:
            chosen.append(_UNKNOWN_ZONES[field.name])
        return ValueIn(field.name, tuple(sorted(set(chosen))))

    def _shortened(self, value: Value, field: str) -> Value:
        """Of a code of a prefix field, any of the codes above it."""
        if not isinstance(value, str):
            return value
        if field in {"naf", "naf25"}:
            return self._random.choice([value, value[:5], value[:4], value[:2], "G", "Z"])
        if field == "legal_form":
            return self._random.choice([value, value[:2], value[:1]])
        return value

    def _between(self, depth: int) -> Between:
        draw = self._random
        first = date(1950, 1, 1) + timedelta(days=draw.randrange(28_000))
        last = first + timedelta(days=int(9_000 * draw.random() ** 3))
        ends = [(first, last), (None, last), (first, None)]
        return Between("created_on", *draw.choice(ends))

    def _near(self, depth: int) -> Near:
        zone, x, y = self._place()
        return Near(zone, x, y, 1 + int(150_000 * self._random.random() ** 3))

    def _within(self, depth: int) -> Within:
        draw = self._random
        zone, x, y = self._place()
        reach = 10 + int(120_000 * draw.random() ** 3)
        if draw.random() < 0.5:
            return Within(zone, self._stairs(x, y, reach))
        points = tuple(
            (x + draw.randint(-reach, reach), y + draw.randint(-reach, reach))
            for _ in range(3 + draw.randrange(8))
        )
        return Within(zone, points)

    def _stairs(self, x: int, y: int, reach: int) -> tuple[tuple[int, int], ...]:
        """Level and upright sides, through a place where there are people."""
        draw = self._random
        left, bottom = x - draw.randrange(reach + 1), y - draw.randrange(reach + 1)
        top = draw.choice([y, y + 1, y + draw.randrange(1, reach + 1)])
        right, middle = x + draw.randrange(reach), draw.randint(left, x)
        step = draw.randint(bottom, top)
        corners = ((left, bottom), (right, bottom), (right, step), (middle, step), (middle, top))
        return (*corners, (left, top))

    def _place(self) -> tuple[int, int, int]:
        """The zone and place of some row."""
        row = self._random.randrange(max(1, self._index.rows))
        start = np.asarray(self._index.column("ground_start"))
        stretch = int(np.searchsorted(start, row, side="right")) - 1
        zone = int(self._index.column("ground_zone")[stretch])
        return zone, int(self._index.column("x")[row]), int(self._index.column("y")[row])

    # -- the rest ----------------------------------------------------------------------------------

    def _exclusions(self) -> Exclusions:
        draw = self._random
        return Exclusions(
            earlier_deliveries=draw.random() < 0.3,
            file=1 if draw.random() < 0.2 else None,
            over_solicited=draw.random() < 0.2,
            records=(1,) if draw.random() < 0.2 else (),
        )

    def _quotas(self) -> Quotas:
        draw = self._random
        by = draw.choice(ZONES)
        known = [value for value in self._values[by] if value]
        chosen = {str(draw.choice(known)) for _ in range(1 + draw.randrange(12))}
        if draw.random() < 0.1 and by in _UNKNOWN_ZONES:
            chosen.add(_UNKNOWN_ZONES[by])
        most = max(1, self._index.rows // 20)
        return Quotas(by, tuple((zone, int(most * draw.random() ** 3)) for zone in sorted(chosen)))

    def _state(self, channel: Channel) -> ChannelState:
        draw = self._random
        held = self._index.values.get(f"{channel.value}_supplier", ["0"])
        suppliers = frozenset(int(number) for number in held if draw.random() < 0.8) - {0}
        oldest = draw.choice([0, draw.randrange(8_000, 9_825)])
        newest = draw.choice([65_535, oldest + draw.randrange(1_500)])
        return ChannelState(
            ChannelRight(suppliers, oldest, newest), opposed=self._rows(), flagged=self._rows()
        )

    def _rows(self) -> BitMap:
        share = self._random.choice([0.0, 0.0, 0.001, 0.02, 0.3])
        numbers = np.random.default_rng(self._random.randrange(2**32))
        return BitMap(np.flatnonzero(numbers.random(self._index.rows) < share).astype(np.uint32))

    def _known(self, field: str) -> list[Value]:
        """The values of a field that criteria may name, in their type."""
        texts = (
            self._index.runs(field).codes if field in RUNS else self._index.values.get(field, [])
        )
        kind = next(each for each in self.fields if each.name == field)
        found: list[Value] = [self._typed(text, kind.largest, kind.truth) for text in texts if text]
        return [value for value in found if kind.accepts(value)] or [kind.example]

    @staticmethod
    def _typed(text: str, largest: int | None, truth: bool) -> Value:
        if truth:
            return _TRUTHS[text]
        return int(text) if largest is not None else text
