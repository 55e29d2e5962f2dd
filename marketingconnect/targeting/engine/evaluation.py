"""The tree to rows: the most selective part first, and everything after it within what remains."""

from collections.abc import Iterable
from typing import Final

from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import RUNS, value_name
from marketingconnect.base.index.masks import STRETCH_BITS
from marketingconnect.targeting.context import ChannelState, CountContext
from marketingconnect.targeting.criteria import (
    FIELDS,
    All,
    AnyOf,
    Between,
    Channel,
    Condition,
    Near,
    Not,
    Reachable,
    ValueIn,
    Within,
)
from marketingconnect.targeting.engine.cache import BitmapCache
from marketingconnect.targeting.engine.dates import created_between
from marketingconnect.targeting.engine.ground import Ground
from marketingconnect.targeting.prefixes import prefixes

_EMPTY: Final = BitMap()
_MOST_NAMED: Final = 1000
_LOCAL: Final = 4
"""Rows in this many times fewer stretches than the index has are met with each value of a union."""

_RARE: Final = 64
"""One row in so many: a list of them is quicker than a bit for each row of the base."""


class Evaluator:
    """Evaluates conditions over one index; what it returns is never to be changed."""

    def __init__(self, index: ReleaseIndex, cache: BitmapCache) -> None:
        self._index = index
        self._cache = cache
        self._ground: Ground | None = None
        self._named: dict[tuple[str, tuple[object, ...]], list[str]] = {}

    def all_of(
        self,
        parts: tuple[Condition, ...],
        context: CountContext,
        *,
        within: BitMap | None = None,
        without: Iterable[BitMap] = (),
    ) -> BitMap:
        """The rows, of those within and without the others, that every part holds of."""
        found = _Narrowing(self._index.everybody, within)
        for part in sorted(_flattened(parts), key=lambda part: self._size(part, context)):
            if isinstance(part, Not):
                found.lose(self._evaluate(part.part, context, found.rows))
            else:
                found.meet(self._evaluate(part, context, found.rows))
            if found.is_empty:
                break
        for rows in without:
            found.lose(rows)
        return found.result

    def reachable(self, context: CountContext, channel: Channel) -> BitMap:
        """The rows that may be reached on a channel."""
        state = context.channel(channel)
        if not state.right.suppliers:
            return _EMPTY
        key = ("reachable", channel, state.right, id(state.opposed), id(state.flagged))
        return self._cache.get_or_make(
            key,
            lambda: self.with_right(channel, state) - state.opposed - state.flagged,
            keep_alive=state,
        )

    def rows_with(self, field: str, values: tuple[object, ...]) -> BitMap:
        """The rows that have one of the values of a field."""
        if field in RUNS:
            runs = self._index.runs(field)
            return self._cache.get_or_make(("runs", field, values), lambda: runs.bitmap(values))
        names = self.names(field, values)
        if len(names) == 1:
            return self._index.bitmap(names[0])
        return self._cache.get_or_make(
            ("values", field, values),
            lambda: BitMap.union(*map(self._index.bitmap, names)) if names else _EMPTY,
        )

    def is_spread(self, part: Condition, context: CountContext) -> bool:
        """Whether even the most selective criterion has rows all over the country."""
        for each in _flattened((part,)):
            gathered = isinstance(each, Near | Within) or (
                isinstance(each, ValueIn) and each.field in RUNS
            )
            if self._size(each, context) * (_LOCAL if gathered else _RARE) < self._index.rows:
                return False
        return True

    # -- nodes -------------------------------------------------------------------------------------

    def _evaluate(self, node: Condition, context: CountContext, within: BitMap | None) -> BitMap:
        """The rows that hold; right for those within, and anything for the others."""
        match node:
            case All(parts):
                return self.all_of(parts, context, within=within)
            case AnyOf(parts):
                return self._any_of(node, parts, context, within)
            case Not():
                return self.all_of((node,), context, within=within)
            case ValueIn():
                return self._value_in(node, within)
            case Reachable(channel):
                return self.reachable(context, channel)
            case Between() | Near() | Within():
                return self.kept(node)

    def _any_of(
        self,
        node: AnyOf,
        parts: tuple[Condition, ...],
        context: CountContext,
        within: BitMap | None,
    ) -> BitMap:
        """Kept when it is the same for everybody, and when too many rows ask to look at each."""
        if not _is_live(node) and (within is None or not self._is_local(within)):
            return self._cache.get_or_make(
                node,
                lambda: BitMap.union(*(self._evaluate(part, context, None) for part in parts)),
            )
        return BitMap.union(*(self._evaluate(part, context, within) for part in parts))

    def _is_local(self, rows: BitMap) -> bool:
        stretches = int(rows.get_statistics()["n_containers"])
        return stretches * _LOCAL < self._index.rows >> STRETCH_BITS

    def _value_in(self, node: ValueIn, within: BitMap | None) -> BitMap:
        field, values = node.field, node.values
        if field in RUNS or within is None or self._cache.get(("values", field, values)):
            return self.rows_with(field, values)
        names = self.names(field, values)
        if len(names) > 1 and self._is_local(within):
            return BitMap.union(*(self._index.bitmap(name) & within for name in names))
        return self.rows_with(field, values)

    def kept(self, node: Between | Near | Within) -> BitMap:
        """The rows of a range of dates, a circle or a polygon."""
        match node:
            case Between(_, first, last):
                return self._cache.get_or_make(
                    ("created", first, last), lambda: created_between(self._index, first, last)
                )
            case Near(zone, x, y, metres):
                return self._cache.get_or_make(
                    ("near", zone, x, y, metres), lambda: self.ground.rows_near(node)
                )
            case Within(zone, points):
                return self._cache.get_or_make(
                    ("within", zone, points), lambda: self.ground.rows_within(node)
                )

    @property
    def ground(self) -> Ground:
        if self._ground is None:
            self._ground = Ground(self._index)
        return self._ground

    def with_right(self, channel: Channel, state: ChannelState) -> BitMap:
        """The rows of the suppliers of a right, collected within its days."""
        right = state.right
        suppliers = tuple(sorted(right.suppliers))
        field = f"{channel.value}_supplier"
        held = self._index.values.get(field, [])
        names = [value_name(field, number) for number in suppliers if str(number) in held]
        if not names:
            return _EMPTY
        return self._cache.get_or_make(
            ("right", channel, right),
            lambda: self._index.collected_between(
                channel,
                BitMap.union(*map(self._index.bitmap, names)),
                right.oldest_day,
                right.newest_day,
            ),
        )

    # -- how many ----------------------------------------------------------------------------------

    def _size(self, node: Condition, context: CountContext) -> int:
        """About how many rows hold: the order of evaluation alone depends on it."""
        match node:
            case ValueIn(field, values) if field in RUNS:
                return self._index.runs(field).size(values)
            case ValueIn(field, values):
                return sum(map(self._index.size, self.names(field, values)))
            case Near() | Within():
                return len(self.kept(node))
            case Reachable(channel):
                return self._size_reachable(channel, context)
            case AnyOf(parts):
                return sum(self._size(part, context) for part in parts)
            case All(parts):
                return min((self._size(part, context) for part in parts), default=self._index.rows)
            case _:
                return self._index.rows

    def _size_reachable(self, channel: Channel, context: CountContext) -> int:
        numbers = context.channel(channel).right.suppliers
        return sum(self._index.size(f"{channel.value}_supplier={number}") for number in numbers)

    def names(self, field: str, values: tuple[object, ...]) -> list[str]:
        """Names of the bitmaps of values, those that a prefix stands for included."""
        key = (field, values)
        if key not in self._named:
            if len(self._named) >= _MOST_NAMED:
                self._named.clear()
            self._named[key] = self._find_names(field, values)
        return self._named[key]

    def _find_names(self, field: str, values: tuple[object, ...]) -> list[str]:
        held = self._index.values.get(field, [])
        if not FIELDS[field].prefix:
            wanted = {value_name(field, value) for value in values}
            return [name for value in held if (name := value_name(field, value)) in wanted]
        begins = tuple(begin for value in values for begin in prefixes(str(value)))
        return [value_name(field, value) for value in held if value.startswith(begins)]


def _flattened(parts: tuple[Condition, ...]) -> list[Condition]:
    flat: list[Condition] = []
    for part in parts:
        flat.extend(_flattened(part.parts) if isinstance(part, All) else [part])
    return flat


def _is_live(node: Condition) -> bool:
    """Whether what holds depends on more than the release."""
    match node:
        case All(parts) | AnyOf(parts):
            return any(map(_is_live, parts))
        case Not(part):
            return _is_live(part)
        case _:
            return isinstance(node, Reachable)


class _Narrowing:
    """Rows that only get fewer: changed in place once they are its own, for no copy is as quick."""

    def __init__(self, everybody: BitMap, within: BitMap | None) -> None:
        self._everybody = everybody
        self._is_own = False
        self.rows = within
        """None as long as nothing was asked."""

    @property
    def is_empty(self) -> bool:
        return self.rows is not None and not self.rows

    @property
    def result(self) -> BitMap:
        return self._everybody if self.rows is None else self.rows

    def meet(self, others: BitMap) -> None:
        if self.rows is None:
            self.rows = others
        elif self._is_own:
            self.rows &= others
        else:
            self._own(self.rows & others)

    def lose(self, others: BitMap) -> None:
        if self._is_own and self.rows is not None:
            self.rows -= others
        else:
            self._own(self.result - others)

    def _own(self, rows: BitMap) -> None:
        self.rows, self._is_own = rows, True
