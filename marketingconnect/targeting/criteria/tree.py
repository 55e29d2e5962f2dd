"""The nodes of the tree, and how each is written."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from marketingconnect.targeting.criteria.fields import Channel, Group, Population, Use, Value

VERSION: Final = 1

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts, everybody."""

    parts: tuple["Condition", ...] = ()

    def to_json(self) -> Json:
        return {"all": [part.to_json() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds at least."""

    parts: tuple["Condition", ...]

    def to_json(self) -> Json:
        return {"any": [part.to_json() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"

    def to_json(self) -> Json:
        return {"not": self.part.to_json()}


@dataclass(frozen=True, slots=True)
class ValueIn:
    """The field has one of the values, sorted and each once; of a prefix field, begins with one."""

    field: str
    values: tuple[Value, ...]

    def to_json(self) -> Json:
        return {"field": self.field, "in": list(self.values)}


@dataclass(frozen=True, slots=True)
class Between:
    """The date is not before `first` nor after `last`; None leaves that end open."""

    field: str
    first: date | None
    last: date | None

    def to_json(self) -> Json:
        return {"field": self.field, "from": _iso(self.first), "to": _iso(self.last)}


@dataclass(frozen=True, slots=True)
class Near:
    """At most `metres` from a point, in the plane of its zone: (x-x0)² + (y-y0)² ≤ metres²."""

    zone: int
    x: int
    y: int
    metres: int
    label: str = ""

    def to_json(self) -> Json:
        place = {"zone": self.zone, "x": self.x, "y": self.y, "metres": self.metres}
        return {"near": place | {"label": self.label}}


@dataclass(frozen=True, slots=True)
class Within:
    """Inside a polygon of the zone's plane, closed by itself; see `shapes.inside` for its edge."""

    zone: int
    points: tuple[tuple[int, int], ...]
    label: str = ""

    def to_json(self) -> Json:
        points = [list(point) for point in self.points]
        return {"within": {"zone": self.zone, "points": points, "label": self.label}}


@dataclass(frozen=True, slots=True)
class Reachable:
    """May be reached on this channel too, under the same use."""

    channel: Channel

    def to_json(self) -> Json:
        return {"reachable": self.channel.value}


Condition = All | AnyOf | Not | ValueIn | Between | Near | Within | Reachable


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Who is left out though the criteria hold."""

    earlier_deliveries: bool = False
    """What this company already received."""
    file: int | None = None
    """The people of a file that the company uploaded."""
    over_solicited: bool = False
    records: tuple[int, ...] = ()
    """Record keys, sorted."""

    def to_json(self) -> Json:
        return {
            "earlier_deliveries": self.earlier_deliveries,
            "file": self.file,
            "over_solicited": self.over_solicited,
            "records": list(self.records),
        }


@dataclass(frozen=True, slots=True)
class Quotas:
    """At most so many in each zone; a zone without a limit gives none."""

    by: str
    limits: tuple[tuple[str, int], ...]
    """Code of the zone and its limit, by code."""

    def to_json(self) -> Json:
        return {"by": self.by, "limits": dict(self.limits)}


@dataclass(frozen=True, slots=True)
class Sample:
    """`size` records drawn at random; the same seed draws the same."""

    size: int
    seed: int

    def to_json(self) -> Json:
        return {"size": self.size, "seed": self.seed}


DEFAULT_SEED: Final = 1
"""Quotas keep by rank too, and need a seed when no sample says one."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a person asks of the base. Hashable: equal criteria are one key of a cache."""

    population: Population
    channel: Channel
    use: Use
    where: Condition = All()
    exclude: Exclusions = field(default=Exclusions())
    one_per: Group | None = None
    quotas: Quotas | None = None
    sample: Sample | None = None

    @property
    def seed(self) -> int:
        """Of the ranks by which quotas and sample keep."""
        return self.sample.seed if self.sample else DEFAULT_SEED

    def to_json(self) -> Json:
        """The canonical writing: every key, in this order."""
        return {
            "version": VERSION,
            "population": self.population.value,
            "channel": self.channel.value,
            "use": self.use.value,
            "where": self.where.to_json(),
            "exclude": self.exclude.to_json(),
            "one_per": self.one_per.value if self.one_per else None,
            "quotas": self.quotas.to_json() if self.quotas else None,
            "sample": self.sample.to_json() if self.sample else None,
        }

    def fingerprint(self) -> str:
        """SHA-256 of the canonical writing, in hexadecimal; labels of places count too."""
        text = json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def from_json(cls, value: object) -> "Criteria":
        """Read criteria; raises InvalidCriteriaError with the place and the fault."""
        from marketingconnect.targeting.criteria.reading import read_criteria

        return read_criteria(value)

    @classmethod
    def from_text(cls, text: str | bytes) -> "Criteria":
        """Read criteria from JSON text; raises InvalidCriteriaError, also for what is no JSON."""
        from marketingconnect.targeting.criteria.reading import read_text

        return read_text(text)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
