"""Everything live that a count depends on, resolved to rows of one release.

The meaning of criteria, the same in every engine, over rows `r` of the release of the context:

1. reachable(c): `c_supplier` is one of the right's suppliers, `c_on` is within its days, and `r` is
   neither opposed nor flagged on c;
2. kept: where(r) and reachable(channel) and `r` is neither removed nor in an excluded set;
3. one per group: of the kept rows of a household (address, company), the smallest row;
4. quotas: of those, in each zone of `limits` at most its limit, by rank; none elsewhere;
5. sample: of those, `size` by rank. Ranks are those of `ranks`, by (rank, row).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from pyroaring import BitMap

from marketingconnect.targeting.criteria import Channel, Criteria, Population

NOBODY: Final = BitMap()
"""Shared, and never changed: sets of a context are read only."""


@dataclass(frozen=True, slots=True)
class ChannelRight:
    """Whose records may be used on a channel, collected when; no supplier means nobody.

    Days count from 1 January 2000, both included.
    """

    suppliers: frozenset[int]
    oldest_day: int = 0
    newest_day: int = 65_535


NO_RIGHT: Final = ChannelRight(frozenset())


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What holds on one channel: the right, who opposed, whose address is known to be wrong."""

    right: ChannelRight = NO_RIGHT
    opposed: BitMap = NOBODY
    flagged: BitMap = NOBODY


@dataclass(frozen=True, slots=True)
class CountContext:
    """The live sets of one count. `stamp` differs whenever rights, oppositions or flags do."""

    population: Population
    release: str
    stamp: str
    channels: Mapping[Channel, ChannelState] = field(default_factory=lambda: MappingProxyType({}))
    removed: BitMap = NOBODY
    """Tombstones: never counted, whatever is asked."""
    earlier: BitMap = NOBODY
    """What the company already received."""
    file: BitMap = NOBODY
    """The people of the uploaded file that the criteria name."""
    over_solicited: BitMap = NOBODY
    records: BitMap = NOBODY
    """The records that the criteria name."""

    def channel(self, channel: Channel) -> ChannelState:
        """What holds on a channel; nobody may be reached on one that is not there."""
        return self.channels.get(channel, ChannelState())

    def excluded(self, criteria: Criteria) -> dict[str, BitMap]:
        """Name -> rows of each set that these criteria leave out; empty sets are not given."""
        asked = criteria.exclude
        sets = {
            "removed": self.removed,
            "earlier": self.earlier if asked.earlier_deliveries else NOBODY,
            "file": self.file if asked.file is not None else NOBODY,
            "over_solicited": self.over_solicited if asked.over_solicited else NOBODY,
            "records": self.records if asked.records else NOBODY,
        }
        return {name: rows for name, rows in sets.items() if rows}
