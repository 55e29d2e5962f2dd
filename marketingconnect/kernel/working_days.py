"""Working days (jours ouvrés): Monday to Friday less the public holidays of a territory.

Holidays are those of the Code du travail, art. L3133-1, plus the local ones: two in
Alsace-Moselle (art. L3134-13) and the abolition day overseas (art. L3422-2). Calendar days
(jours calendaires) need nothing from here: add a timedelta.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from marketingconnect.kernel.territory import Territory

WORKING_DAY_TERRITORIES: Final = (
    Territory.METROPOLE,
    Territory.ALSACE_MOSELLE,
    Territory.GUADELOUPE,
    Territory.MARTINIQUE,
    Territory.GUYANE,
    Territory.REUNION,
    Territory.MAYOTTE,
)
_FIXED: Final = {
    (1, 1): "Jour de l’an",
    (5, 1): "Fête du Travail",
    (5, 8): "Victoire de 1945",
    (7, 14): "Fête nationale",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "Armistice de 1918",
    (12, 25): "Noël",
}
_ABOLITION: Final = {
    Territory.MAYOTTE: (4, 27),
    Territory.MARTINIQUE: (5, 22),
    Territory.GUADELOUPE: (5, 27),
    Territory.GUYANE: (6, 10),
    Territory.REUNION: (12, 20),
}
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, year_rest = divmod(in_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int, territory: str = "metropole") -> Mapping[date, str]:
    """The public holidays of a year with their French names, in order."""
    return _holidays(year, _known(territory))


def is_working_day(day: date, territory: str = "metropole") -> bool:
    """CGV III.l: whether the day is neither a Saturday, a Sunday nor a public holiday there."""
    return _works(_civil(day), _known(territory))


def add_working_days(day: date, n: int, territory: str = "metropole") -> date:
    """CGV III.l: the nth working day after `day`, itself not counted; before it when n < 0.

    With n = 0 the day comes back as it is, working or not.
    """
    place, current = _known(territory), _civil(day)
    step = _DAY if n > 0 else -_DAY
    left = abs(n)
    while left:
        current += step
        if _works(current, place):
            left -= 1
    return current


def first_working_day(year: int, month: int, territory: str = "metropole") -> date:
    """CGV III.l: the first working day of a month."""
    return add_working_days(date(year, month, 1) - _DAY, 1, territory)


def working_days_between(start: date, end: date, territory: str = "metropole") -> int:
    """How many working days come after `start` up to `end` included; negative when end < start."""
    if end < start:
        return -working_days_between(end, start, territory)
    place, current, count = _known(territory), _civil(start), 0
    while current < end:
        current += _DAY
        count += _works(current, place)
    return count


def _works(day: date, territory: Territory) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year, territory)


def _known(territory: str) -> Territory:
    if territory not in WORKING_DAY_TERRITORIES:
        known = ", ".join(WORKING_DAY_TERRITORIES)
        raise ValueError(f"no working-day calendar for territory {territory!r}; known: {known}")
    return Territory(territory)


def _civil(day: date) -> date:
    """Refuse datetimes: they compare unequal to every holiday, and have a zone to choose first."""
    if isinstance(day, datetime):
        raise TypeError("working days are counted on civil dates, not on datetimes")
    return day


@lru_cache(maxsize=1024)
def _holidays(year: int, territory: Territory) -> Mapping[date, str]:
    sunday = easter(year)
    days = {date(year, month, day): name for (month, day), name in _FIXED.items()}
    days[sunday + _DAY] = "Lundi de Pâques"
    # Ascension may fall on 1 or 8 May: the older name stays, the day is the same.
    days.setdefault(sunday + 39 * _DAY, "Ascension")
    days[sunday + 50 * _DAY] = "Lundi de Pentecôte"
    if territory is Territory.ALSACE_MOSELLE:
        days[sunday - 2 * _DAY] = "Vendredi saint"
        days[date(year, 12, 26)] = "Saint-Étienne"
    if territory in _ABOLITION:
        days.setdefault(date(year, *_ABOLITION[territory]), "Abolition de l’esclavage")
    return MappingProxyType(dict(sorted(days.items())))
