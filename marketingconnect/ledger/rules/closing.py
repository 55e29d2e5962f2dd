"""When a month closes, and on which day an entry may still be dated."""

from datetime import date, timedelta


def month_of(day: date) -> date:
    """CGV II.2.a: a month is closed whole; it is named by its first day."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """CGV II.2.a: months close one after the other, none is left out."""
    return month_of(month.replace(day=28) + timedelta(days=4))


def month_to_close(*, last_closed: date | None, first_entry: date | None) -> date | None:
    """CGV II.2.a: the one month that may be closed next; None while there is nothing to close.

    The first is that of the oldest entry; then each follows the one before, even an empty one.
    """
    if last_closed is not None:
        return next_month(last_closed)
    return month_of(first_entry) if first_entry is not None else None


def is_over(*, month: date, today: date) -> bool:
    """CGV II.2.a: a month closes once it is over, at the earliest on the 1st of the next."""
    return next_month(month) <= today


def accounting_day(*, act: date, last_closed: date | None) -> date:
    """CGV II.2.a: an act is booked on its day, or on the first open day if its month is closed."""
    return act if last_closed is None else max(act, next_month(last_closed))
