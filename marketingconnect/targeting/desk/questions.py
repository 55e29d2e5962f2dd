"""What is asked of the counting desk and what it answers, on a socket as in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marketingconnect.targeting.criteria import Criteria


class DeskError(Exception):
    """Nothing can be counted now; the message is for a person."""


class NoReleaseError(DeskError):
    """No release of this population is published."""

    def __init__(self) -> None:
        super().__init__("La base n’est pas encore chargée : il n’y a rien à compter.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One set of criteria, and what is wanted of it besides its count.

    `on` is the day whose rights and law hold. `but_not` asks how many households are in these
    criteria and not in others, and the other way round.
    """

    criteria: Criteria
    company_id: int | None
    on: date
    by: tuple[str, ...] = ()
    households: bool = False
    """Count households too, in all and in each part of the breakdowns."""
    steps: bool = False
    but_not: Criteria | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "criteria": self.criteria.to_json(),
            "company_id": self.company_id,
            "on": self.on.isoformat(),
            "by": list(self.by),
            "households": self.households,
            "steps": self.steps,
            "but_not": self.but_not.to_json() if self.but_not else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Question":
        """The inverse. Raises InvalidCriteriaError."""
        other = value["but_not"]
        return cls(
            criteria=Criteria.from_json(value["criteria"]),
            company_id=value["company_id"],
            on=date.fromisoformat(value["on"]),
            by=tuple(value["by"]),
            households=value["households"],
            steps=value["steps"],
            but_not=Criteria.from_json(other) if other else None,
        )


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """One criterion; households are given when they were asked."""

    name: str
    remaining: int
    without: int
    remaining_households: int | None = None
    without_households: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the release in use says at this moment."""

    release_id: int
    release: str
    as_of: date
    vintage: date
    """Of the oldest of its sources."""
    count: int
    households: int | None = None
    """Before quotas and sample, but in the zones of the quotas only."""
    by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    households_by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    steps: tuple[StepAnswer, ...] = ()
    difference: tuple[int, int] | None = None
    """Households in the criteria alone, and in the others alone."""
    ms: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "release_id": self.release_id,
            "release": self.release,
            "as_of": self.as_of.isoformat(),
            "vintage": self.vintage.isoformat(),
            "count": self.count,
            "households": self.households,
            "by": {name: dict(counts) for name, counts in self.by.items()},
            "households_by": {name: dict(counts) for name, counts in self.households_by.items()},
            "steps": [
                [s.name, s.remaining, s.without, s.remaining_households, s.without_households]
                for s in self.steps
            ],
            "difference": list(self.difference) if self.difference else None,
            "ms": self.ms,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Answer":
        difference = value["difference"]
        return cls(
            release_id=value["release_id"],
            release=value["release"],
            as_of=date.fromisoformat(value["as_of"]),
            vintage=date.fromisoformat(value["vintage"]),
            count=value["count"],
            households=value["households"],
            by=value["by"],
            households_by=value["households_by"],
            steps=tuple(StepAnswer(*step) for step in value["steps"]),
            difference=(difference[0], difference[1]) if difference else None,
            ms=value["ms"],
        )
