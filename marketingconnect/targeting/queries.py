"""What a person is told of a count (CGV CL.4, B.1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.targeting import desk
from marketingconnect.targeting.counts import account_of, forget_count, nearly_equal, note_count
from marketingconnect.targeting.criteria import Criteria, Population
from marketingconnect.targeting.desk import Answer, Question
from marketingconnect.targeting.dimensions import dimension
from marketingconnect.targeting.rules import (
    hidden_cells,
    may_be_told,
    may_tell_difference,
    reveals_a_group,
)
from marketingconnect.terms.law import Fact, value_on
from marketingconnect.terms.queries import law_of

SMALLEST: Final = "smallest_household_count"
CLOSE: Final = (
    "Ce comptage diffère d’un autre, déjà demandé, par trop peu de foyers : élargissez le ciblage."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountResult:
    """A count, or why it is not told; what else was asked comes with it.

    `count` and `households` are None when `refusal` says why. In `by`, None stands for a part
    that is not told; the whole breakdown is empty when the count is refused.
    """

    release: str
    release_id: int
    as_of: date
    vintage: date
    count: int | None
    households: int | None = None
    refusal: str = ""
    by: Mapping[str, Mapping[str, int | None]]
    steps: tuple["ToldStep", ...] = ()
    ms: float


@dataclass(frozen=True, slots=True)
class ToldStep:
    """What one criterion does; None for a figure that would say too much."""

    name: str
    remaining: int | None
    without: int | None


def count_for(
    criteria: Criteria,
    *,
    company_id: int | None,
    user_id: int,
    today: date,
    now: datetime,
    by: tuple[str, ...] = (),
    steps: bool = False,
) -> CountResult:
    """CGV CL.4: the exact count, unless it points at too few homes, alone or beside another.

    Raises DeskError when nothing can be counted, InvalidCriteriaError for what means nothing.
    """
    for name in by:
        dimension(name, criteria.population)
    question = Question(
        criteria=criteria, company_id=company_id, on=today, by=by, households=True, steps=steps
    )
    answer = desk.ask(question)
    if criteria.population != Population.CONSUMERS:
        return _told(answer)
    smallest = value_on(SMALLEST, today, _law(), int)
    refusal = _refusal(question, answer, user_id, smallest, now)
    return _refused(answer, refusal) if refusal else _told_of_homes(answer, smallest)


def _refusal(question: Question, answer: Answer, user_id: int, smallest: int, now: datetime) -> str:
    """Why this count of consumers is not told; it is noted when it is."""
    households = answer.households or 0
    if not may_be_told(households, smallest=smallest):
        return non_breaking(f"Moins de {smallest} foyers : élargissez le ciblage.")
    account = account_of(question.company_id, user_id)
    noted = note_count(
        account,
        user_id=user_id,
        release_id=answer.release_id,
        criteria=question.criteria,
        households=households,
        now=now,
    )
    if noted is None:
        return ""
    for other in nearly_equal(noted, within=smallest - 1):
        if _reveals(question, Criteria.from_json(other.criteria), smallest):
            forget_count(noted)
            return CLOSE
    return ""


def _reveals(question: Question, other: Criteria, smallest: int) -> bool:
    """Whether two near-equal counts are of nearly the same homes."""
    compared = Question(
        criteria=question.criteria,
        company_id=question.company_id,
        on=question.on,
        but_not=other,
    )
    only_in_one, only_in_other = desk.ask(compared).difference or (0, 0)
    return reveals_a_group(only_in_one, only_in_other, smallest=smallest)


def _told(answer: Answer) -> CountResult:
    return CountResult(
        release=answer.release,
        release_id=answer.release_id,
        as_of=answer.as_of,
        vintage=answer.vintage,
        count=answer.count,
        households=answer.households,
        by={name: dict(counts) for name, counts in answer.by.items()},
        steps=tuple(ToldStep(s.name, s.remaining, s.without) for s in answer.steps),
        ms=answer.ms,
    )


def _told_of_homes(answer: Answer, smallest: int) -> CountResult:
    told = _told(answer)
    by: dict[str, dict[str, int | None]] = {}
    for name, counts in answer.by.items():
        hidden = hidden_cells(answer.households_by[name], smallest=smallest)
        by[name] = {value: None if value in hidden else n for value, n in counts.items()}
    return CountResult(
        release=told.release,
        release_id=told.release_id,
        as_of=told.as_of,
        vintage=told.vintage,
        count=told.count,
        households=told.households,
        by=by,
        steps=_told_steps(answer, smallest),
        ms=told.ms,
    )


def _told_steps(answer: Answer, smallest: int) -> tuple[ToldStep, ...]:
    """Steps without the figures that point at too few homes, or differ by too few."""
    total = answer.households or 0
    before: int | None = None
    found = []
    for step in answer.steps:
        remaining, without = step.remaining_households or 0, step.without_households or 0
        tells_remaining = may_be_told(remaining, smallest=smallest) and (
            before is None or may_tell_difference(before, remaining, smallest=smallest)
        )
        tells_without = may_be_told(without, smallest=smallest) and may_tell_difference(
            without, total, smallest=smallest
        )
        found.append(
            ToldStep(
                step.name,
                step.remaining if tells_remaining else None,
                step.without if tells_without else None,
            )
        )
        before = remaining
    return tuple(found)


def _refused(answer: Answer, refusal: str) -> CountResult:
    return CountResult(
        release=answer.release,
        release_id=answer.release_id,
        as_of=answer.as_of,
        vintage=answer.vintage,
        count=None,
        refusal=refusal,
        by={},
        ms=answer.ms,
    )


def _law() -> tuple[Fact, ...]:
    return law_of(SMALLEST)
