"""Numbers made ready for the screen: the count and its date, areas of the map, breakdowns, steps.

A figure that confidentiality hides is None; it is said « trop peu » and never drawn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from marketingconnect.clock import PARIS
from marketingconnect.kernel.calendar import format_month_fr
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.web.targeting.choices import area_name

NBSP: Final = "\u00a0"
TOO_FEW: Final = "trop peu"
_STEPS: Final = 5
_SHORT_TABLE: Final = 12
_THOUSAND: Final = 1_000
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel, how many it reaches and what they cost."""

    value: str
    label: str
    icon: str
    is_chosen: bool
    count: int | None = None
    words: str = ""
    price: Money | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CountView:
    """The number of the screen, or why there is none."""

    number: int | None = None
    unit: str = "personne,personnes"
    source: str = ""
    headline: str = ""
    refusal: str = ""
    unavailable: str = ""
    channels: tuple[ChannelRow, ...] = ()

    @property
    def is_counted(self) -> bool:
        return self.number is not None

    @property
    def price(self) -> Money | None:
        """The price on the chosen channel."""
        return next((row.price for row in self.channels if row.is_chosen), None)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area of the map and of its table."""

    token: str
    name: str
    text: str
    short: str
    step: int
    width: int
    count: int | None


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """A line of a breakdown and its bar."""

    name: str
    text: str
    width: int
    count: int | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A small table with bars."""

    title: str
    word: str
    rows: tuple[BreakdownRow, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A criterion, what it takes away and what stays."""

    label: str
    removed: int | None
    left: int | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DetailsView:
    """Everything below the count."""

    areas: tuple[AreaRow, ...] = ()
    areas_title: str = "Par département"
    area_word: str = "Département"
    areas_note: str = ""
    legend: tuple[tuple[int, str], ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    steps: tuple[StepRow, ...] = ()
    note: str = ""

    @property
    def is_short(self) -> bool:
        return len(self.areas) <= _SHORT_TABLE


def source_line(*, as_of: date | None, vintage: date | None, counted_at: datetime | None) -> str:
    """`base du 1er nov. 2026 · SIRENE octobre 2026 · compté à 14:32`."""
    parts = []
    if as_of:
        parts.append(f"base du {short_day(as_of)}")
    if vintage:
        month = format_month_fr(vintage)
        of = "d’" if month[:1] in "aào" else "de "
        parts.append(f"SIRENE {of}{month}")
    if counted_at:
        parts.append(f"compté à{NBSP}{counted_at.astimezone(PARIS):%H:%M}")
    return " · ".join(parts)


_SHORT_MONTHS: Final = (
    "janv.", "févr.", "mars", "avril", "mai", "juin",
    "juill.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


def short_day(day: date) -> str:
    """`1er nov. 2026`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_SHORT_MONTHS[day.month - 1]}{NBSP}{day.year}"


def area_rows(field_name: str, counts: Mapping[str, int | None]) -> tuple[AreaRow, ...]:
    """Areas, the most populated first; those without anybody are left out."""
    known = {code: count for code, count in counts.items() if count != 0}
    ends = step_ends(count for count in known.values() if count)
    largest = max((count or 0 for count in known.values()), default=0)
    rows = [
        AreaRow(
            token=f"{field_name}:{code}",
            name=_area(field_name, code),
            text=TOO_FEW if count is None else format_number_fr(count),
            short="" if count is None else shortened(count),
            step=0 if count is None else step_of(count, ends),
            width=_width(count, largest),
            count=count,
        )
        for code, count in known.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.count or 0), row.name)))


def _area(field_name: str, code: str) -> str:
    name = area_name(field_name, code)
    return f"{name} ({code})" if field_name == "departement" else name


def step_ends(counts: Iterable[int]) -> list[int]:
    """The greatest count of each of at most five steps that hold as many areas each."""
    ordered = sorted(set(counts))
    if len(ordered) <= _STEPS:
        return ordered
    return [ordered[(len(ordered) - 1) * rank // _STEPS] for rank in range(1, _STEPS)] + [
        ordered[-1]
    ]


def step_of(count: int, ends: list[int]) -> int:
    """The step of a count, from 1; the darkest is always in use."""
    rank = next(at for at, end in enumerate(ends) if count <= end)
    return _STEPS - (len(ends) - 1 - rank)


def legend_of(counts: Mapping[str, int | None]) -> tuple[tuple[int, str], ...]:
    """Each step with the counts it holds."""
    known = [count for count in counts.values() if count]
    ends = step_ends(known)
    rows, least = [], min(known, default=0)
    for end in ends:
        text = _range(least, end)
        rows.append((step_of(end, ends), text))
        least = min((count for count in known if count > end), default=end)
    if any(count is None for count in counts.values()):
        rows.insert(0, (0, TOO_FEW))
    return tuple(rows)


def _range(least: int, most: int) -> str:
    if least == most:
        return format_number_fr(most)
    return f"{format_number_fr(least)} à{NBSP}{format_number_fr(most)}"


def shortened(count: int) -> str:
    """`950`, `1,2 k`, `12 k`, `1,3 M`: as written on the map."""
    if count < _THOUSAND:
        return str(count)
    size, unit = (count / _THOUSAND, "k") if count < _MILLION else (count / _MILLION, "M")
    text = f"{size:.1f}" if size < 10 else f"{size:.0f}"
    return f"{text.removesuffix('.0').replace('.', ',')}{NBSP}{unit}"


def breakdown(title: str, word: str, named: Iterable[tuple[str, int | None]]) -> Breakdown:
    """A table with bars; rows come in the order given, empty ones left out."""
    pairs = [(name, count) for name, count in named if count != 0]
    total = sum(count or 0 for _, count in pairs)
    largest = max((count or 0 for _, count in pairs), default=0)
    rows = tuple(
        BreakdownRow(
            name,
            TOO_FEW if count is None else f"{format_number_fr(count)} · {_percent(count, total)}",
            _width(count, largest),
            count,
        )
        for name, count in pairs
    )
    return Breakdown(title, word, rows)


def _width(count: int | None, largest: int) -> int:
    """The bar of a count beside the largest one, in percent."""
    return max(1, round(100 * count / largest)) if count and largest else 0


def _percent(count: int, total: int) -> str:
    rate = 100 * count / total if total else 0
    text = f"{rate:.0f}" if rate >= 10 or rate == 0 else f"{rate:.1f}".replace(".", ",")
    return f"{text}{NBSP}%"
