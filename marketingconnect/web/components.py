"""What pages hand to the components: steps, days, entries. Plain values, no query, no rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

StepState = Literal["todo", "current", "done", "problem"]
Kind = Literal["neutral", "info", "progress", "success", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a guided path; without `href` it cannot be opened yet."""

    name: str
    state: StepState = "todo"
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened, or will: `at` may be an instant or a civil date."""

    title: str
    at: datetime | date | None = None
    text: str = ""
    who: str = ""
    icon: str = "circle-dot"
    kind: Kind = "neutral"


@dataclass(frozen=True, slots=True)
class Tab:
    """A link of a row of tabs."""

    name: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day one may choose, or may not and why.

    `article` is the number of the terms' clause that refuses it, e.g. `B.1.4`.
    """

    on: date
    allowed: bool
    reason: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceDetail:
    """What a choice card says under its title; `disabled_reason` greys it and tells why."""

    description: str = ""
    icon: str = ""
    aside: str = ""
    disabled_reason: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of a chart, one for each of its labels."""

    name: str
    values: Sequence[int | float]
