"""What a late payment costs: penalties day by day, the fixed indemnity, the age of what is due.

C. com., art. L441-10, II and D441-5. Simple interest on the amount with VAT. The rates of a
half-year are those of its first day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from marketingconnect.kernel.money import Money
from marketingconnect.terms.law import Fact, value_on

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """On `day`, what a document asks rises, or falls (negative)."""

    day: date
    amount: Money


class Age(StrEnum):
    """How long what is due is late, in days."""

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"


def days_late(*, due_on: date, on: date) -> int:
    """CGV II.2.a: lateness starts the day after the due date; zero until then."""
    return max((on - due_on).days, 0)


def age(*, due_on: date, on: date) -> Age:
    """CGV II.2.a: what is due by age: 1 to 30 days late, 31 to 60, 61 to 90, beyond."""
    days = days_late(due_on=due_on, on=on)
    if not days:
        return Age.NOT_DUE
    for limit, found in ((30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90)):
        if days <= limit:
            return found
    return Age.OVER_90


def unpaid_by_date(
    *, asked: Sequence[tuple[date, Money]], balance: Money
) -> tuple[tuple[date, Money], ...]:
    """CGV II.2.a, II.2.b: what is unpaid of a document by due date; what came pays the oldest.

    `balance` is what it still asks in all; beyond what it ever asked, the excess is as old as the
    first date. Nothing for what came whole.
    """
    ordered = sorted(asked)
    total = Money.total(amount for _, amount in ordered)
    settled, unpaid = max(total - balance, Money.zero), []
    for day, amount in ordered:
        covered = min(amount, settled)
        settled = settled - covered
        unpaid.append((day, amount - covered))
    if unpaid and balance > total:
        unpaid[0] = (unpaid[0][0], unpaid[0][1] + (balance - total))
    return tuple((day, amount) for day, amount in unpaid if amount > Money.zero)


def penalty_rate(*, on: date, facts: Sequence[Fact]) -> Decimal:
    """CGV II.2.a: the yearly rate of penalties that day, in percent.

    The rate of the European Central Bank and ten points, or three times the legal rate where the
    operator chose it. Raises UnknownLawError for a day without a rate.
    """
    if value_on("late_penalty_basis", on, facts, str) == "legal":
        legal = Decimal(value_on("legal_interest_rate_percent", on, facts, str))
        return legal * value_on("late_penalty_least_legal_rate_multiple", on, facts, int)
    bank = Decimal(value_on("ecb_refinancing_rate_percent", on, facts, str))
    return bank + value_on("late_penalty_points_over_ecb_rate", on, facts, int)


def late_penalty(
    *, changes: Sequence[Change], due_on: date, on: date, facts: Sequence[Fact]
) -> Money:
    """CGV II.2.a: penalties (pénalités de retard) from the day after the due date to `on` itself.

    Each day bears interest on what was unpaid the evening before: paid on the due date, nothing;
    the day after, one day. Rounded half up once, at the end.
    """
    total = Decimal(0)
    for first, following in _periods(changes, due_on, on):
        unpaid = max(_unpaid(changes, first - _DAY), Money.zero)
        days = (following - first).days
        rate = penalty_rate(on=first, facts=facts)
        year = value_on("late_penalty_days_in_year", first, facts, int)
        total += unpaid.to_decimal() * rate * days / (100 * year)
    return Money.from_decimal(total)


def recovery_indemnity(
    *, changes: Sequence[Change], due_on: date, on: date, facts: Sequence[Fact]
) -> Money:
    """CGV II.2.a: one fixed indemnity an invoice, due once it is a day late, however little.

    C. com., art. D441-5, indemnité forfaitaire de recouvrement: forty euros, without VAT.
    """
    late = due_on + _DAY
    if on < late or _unpaid(changes, due_on) <= Money.zero:
        return Money.zero
    return Money(value_on("recovery_indemnity_cents", late, facts, int))


def _unpaid(changes: Sequence[Change], evening: date) -> Money:
    return Money.total(change.amount for change in changes if change.day <= evening)


def _periods(changes: Sequence[Change], due_on: date, on: date) -> Iterator[tuple[date, date]]:
    """Days on which neither the amount nor the rate changes: first day, day after the last."""
    start, end = due_on + _DAY, on + _DAY
    if end <= start:
        return
    moves = {change.day + _DAY for change in changes}
    halves = {date(year, month, 1) for year in range(start.year, end.year + 1) for month in (1, 7)}
    yield from pairwise(sorted({start, end, *(day for day in moves | halves if start < day < end)}))
