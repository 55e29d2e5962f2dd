"""Hours as the clocks of Paris show them, on the two nights of the year when they are changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from marketingconnect import clock

HOUR: Final = 60
"""In minutes."""
_DAY: Final = 1440


def start_of_bar(at: datetime, step: int) -> datetime:
    """The instant (UTC) at which a bar of `step` minutes begins, counted from midnight in Paris.

    The hour that the clocks show twice in autumn makes two bars of an hour: instants tell them
    apart, where the time on the wall does not. Longer bars follow the clock on the wall, and one
    of them lasts an hour more in autumn, an hour less in spring.
    """
    local = at.astimezone(clock.PARIS)
    since_midnight = local.hour * HOUR + local.minute
    start = since_midnight - since_midnight % step
    begins = local.replace(
        hour=start // HOUR,
        minute=start % HOUR,
        second=0,
        microsecond=0,
        fold=local.fold if step <= HOUR else 0,
    )
    return begins.astimezone(UTC)


def told_twice(at: datetime) -> str:
    """`été` or `hiver` in the hour that the clocks show twice in autumn; empty in every other."""
    local = at.astimezone(clock.PARIS)
    other = local.replace(fold=1 - local.fold)
    if other.utcoffset() == local.utcoffset():
        return ""
    return "été" if local.dst() else "hiver"


def with_season(written: str, at: datetime) -> str:
    """A time already written, and which of the two it is where the clocks show it twice."""
    return {
        "": written,
        "été": f"{written} (heure d’été)",
        "hiver": f"{written} (heure d’hiver)",
    }[told_twice(at)]


def bar_label(start: datetime, step: int, *, dated: bool) -> str:
    """`2 h 00`, and its day (`25/10`) where `dated`; the day alone for a bar of a day."""
    local = start.astimezone(clock.PARIS)
    if step >= _DAY:
        return f"{local:%d/%m}"
    day = f"{local:%d/%m} " if dated else ""
    written = f"{day}{local.hour}\u00a0h\u00a0{local:%M}"
    return _short_season(written, start) if step <= HOUR else written


def hour_label(hour: datetime) -> str:
    """`25/10 2 h`, for an hour of clicks."""
    local = hour.astimezone(clock.PARIS)
    return _short_season(f"{local:%d/%m} {local.hour}\u00a0h", hour)


def on_several_days(starts: Iterable[datetime]) -> bool:
    """Whether the hour alone would not say which day it is of."""
    return len({clock.paris_date(one) for one in starts}) > 1


def _short_season(written: str, at: datetime) -> str:
    """Short: below a chart, a long label leaves no room for the others."""
    season = told_twice(at)
    return f"{written} ({season})" if season else written
