"""Periods that a case of force majeure stops, and how long such a case lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from marketingconnect.kernel.working_days import working_days_between
from marketingconnect.terms.parameters import TermsParameters

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stop:
    """Days on which no period runs, both included; `last` is None while it lasts."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def deadline_after_stops(
    *, starts_on: date, deadline: date, stops: Sequence[Stop] = ()
) -> date | None:
    """CGV III.h, III.l: the last day of a period once the days it stood still are added.

    `deadline` is what it would be without them; the day it starts is not counted. None while a
    stop that has no end holds it: it cannot be late.
    """
    left, day = (deadline - starts_on).days, starts_on
    while left > 0:
        day += _DAY
        holding = [stop for stop in stops if stop.covers(day)]
        if any(stop.last is None for stop in holding):
            return None
        left -= not holding
    return day if deadline > starts_on else deadline


def force_majeure_working_days(*, began_on: date, today: date, terms: TermsParameters) -> int:
    """CGV III.h, III.l: how many working days a case has lasted, its first day not counted."""
    return max(working_days_between(began_on, today, terms.working_day_territory), 0)


def has_lasted_too_long(*, began_on: date, today: date, terms: TermsParameters) -> bool:
    """CGV III.h: past 90 working days the operator may terminate; on the 90th it may not yet."""
    lasted = force_majeure_working_days(began_on=began_on, today=today, terms=terms)
    return lasted > terms.force_majeure_working_days


def declaration_problems(*, label: str, began_on: date, orders: int, today: date) -> dict[str, str]:
    """CGV III.h: a case has a name that clients read, a past day, and orders it strikes."""
    problems = {}
    if not label.strip():
        problems["label"] = "Dites ce qui est arrivé : les clients le liront."
    if began_on > today:
        problems["began_on"] = "Cette date est dans le futur."
    if not orders:
        problems["orders"] = "Indiquez au moins une commande touchée."
    return problems
