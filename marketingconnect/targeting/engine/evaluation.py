"""The tree to rows: the most selective part first, and everything after it within what remains."""

from typing import Final

from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.fields import RUNS, value_name
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
_LOCAL: Final = 8
"""A selection this many times smaller than a union is met with each of its values instead."""


class Evaluator:
    """Evaluates conditions over one index; what it returns is never to be changed."""

    def __init__(self, index: ReleaseIndex, cache: BitmapCache) -> None:
        self._index = index
        self._cache = cache
        self._ground: Ground | None = None
        self._named: dict[tuple[str, tuple[object, ...]], list[str]] = {}

    def all_of(
        self, parts: tuple[Condition, ...], context: CountContext, within: BitMap | None = None
    ) -> BitMap:
        """The rows, of those within, that every part holds of."""
        flat = sorted(_flattened(parts), key=lambda part: self._size(part, context))
        found = within
        for part in flat:
            found = self._evaluate(part, context, found)
            if not found:
                break
        return self._index.everybody if found is None else found

    def reachable(self, context: CountContext, channel: Channel) -> BitMap:
        """The rows that may be reached on a channel."""
        state = context.channel(channel)
        if not state.right.suppliers:
            return _EMPTY
        key = ("reachable", channel, state.right, id(state.opposed), id(state.flagged))
        return self._cache.get_or_make(
            key,
            lambda: self._with_right(channel, state) - state.opposed - state.flagged,
            keep_alive=state,
        )

    def rows_with(self, field: str, values: tuple[object, ...]) -> BitMap:
        """The rows that have one of the values of a field."""
        if field in RUNS:
            runs = self._index.runs(field)
            return self._cache.get_or_make(("runs", field, values), lambda: runs.bitmap(values))
        names = self._names(field, values)
        if len(names) == 1:
            return self._index.bitmap(names[0])
        return self._cache.get_or_make(
            ("values", field, values),
            lambda: BitMap.union(*map(self._index.bitmap, names)) if names else _EMPTY,
        )

    # -- nodes -------------------------------------------------------------------------------------

    def _evaluate(self, node: Condition, context: CountContext, within: BitMap | None) -> BitMap:
        match node:
            case All(parts):
                return self.all_of(parts, context, within)
            case AnyOf(parts):
                return BitMap.union(*(self._evaluate(part, context, within) for part in parts))
            case Not(part):
                base = self._index.everybody if within is None else within
                return base - self._evaluate(part, context, within)
            case ValueIn():
                return self._value_in(node, within)
            case Reachable(channel):
                return _met(self.reachable(context, channel), within)
            case Between() | Near() | Within():
                return _met(self._kept(node), within)

    def _value_in(self, node: ValueIn, within: BitMap | None) -> BitMap:
        field, values = node.field, node.values
        if field in RUNS or within is None or self._cache.get(("values", field, values)):
            return _met(self.rows_with(field, values), within)
        names = self._names(field, values)
        if len(names) > 1 and len(within) * _LOCAL < sum(map(self._index.size, names)):
            return BitMap.union(*(self._index.bitmap(name) & within for name in names))
        return _met(self.rows_with(field, values), within)

    def _kept(self, node: Between | Near | Within) -> BitMap:
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

    def _with_right(self, channel: Channel, state: ChannelState) -> BitMap:
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
                return sum(map(self._index.size, self._names(field, values)))
            case Near() | Within():
                return len(self._kept(node))
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

    def _names(self, field: str, values: tuple[object, ...]) -> list[str]:
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


def _met(found: BitMap, within: BitMap | None) -> BitMap:
    return found if within is None else found & within
