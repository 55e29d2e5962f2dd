"""Civil dates: whole months added the legal way, and dates written for a French reader."""

from calendar import monthrange
from datetime import date
from typing import Final

_WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def add_months(day: date, n: int) -> date:
    """CGV III.l: the same day n months later (earlier when n < 0), or the last of a shorter month.

    One month from 31 January is 28 or 29 February; from 28 February, 28 March.
    """
    months = day.year * 12 + day.month - 1 + n
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, n: int) -> date:
    """The same day n years later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * n)


def first_of_next_month(day: date) -> date:
    """The first day of the calendar month after `day`."""
    return add_months(day.replace(day=1), 1)


def end_of_month(day: date) -> date:
    """The last day of the month `day` is in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def format_date_fr(day: date) -> str:
    """In full: `mardi 24 novembre 2026`, `dimanche 1er novembre 2026`."""
    return f"{_WEEKDAYS[day.weekday()]} {format_day_month_fr(day)} {day.year}"


def format_day_month_fr(day: date) -> str:
    """`24 novembre`, `1er mai`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]}"


def format_month_fr(day: date) -> str:
    """`novembre 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def format_short_date_fr(day: date) -> str:
    """For tables: `24/11/2026`."""
    return f"{day:%d/%m/%Y}"
