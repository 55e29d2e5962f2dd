"""Answers questions in this process: the releases in use, their counters, and what is live."""

import time
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from threading import Lock
from typing import Final

from django.conf import settings
from pyroaring import BitMap

from marketingconnect.base.index import IndexMissingError, ReleaseIndex
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.vocabulary import Channel, Purpose
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import Criteria, Group, Population
from marketingconnect.targeting.desk.questions import (
    Answer,
    DeskError,
    NoReleaseError,
    Question,
    StepAnswer,
)
from marketingconnect.targeting.engine import Counter, Engine
from marketingconnect.targeting.live import LiveRelease
from marketingconnect.targeting.live.watch import Look

PEOPLE: Final = Group.HOUSEHOLD


@dataclass(frozen=True, slots=True)
class Opened:
    """A release ready to be counted."""

    ref: ReleaseRef
    counter: Counter
    """Out of the index beside the release's files, which also tells records from rows."""
    live: LiveRelease
    engine: Engine
    """What answers counts: that counter, or a cluster."""

    def warm_up(self, on: date) -> None:
        """Read everything, and find who may be reached, before the first person asks."""
        self.counter.load()
        for use, channel in product(Purpose, Channel):
            everybody = Criteria(self.ref.population, channel, use)
            self.counter.count(everybody, self.live.context(everybody, company_id=None, on=on))


class Office:
    """One a process. Safe to share between threads."""

    def __init__(self) -> None:
        self._opened: dict[Population, Opened] = {}
        self._lock = Lock()

    def opened(self, population: Population) -> Opened:
        """The published release of a population. Raises DeskError."""
        ref = published_release(population)
        if ref is None:
            raise NoReleaseError
        with self._lock:
            known = self._opened.get(population)
            if known is None or known.ref.id != ref.id:
                known = self._opened[population] = open_release(ref)
        return known

    def opened_release(self, ref: ReleaseRef) -> Opened:
        """Any release whose files are there, in use or not. Raises DeskError."""
        with self._lock:
            known = self._opened.get(ref.population)
            if known is not None and known.ref.id == ref.id:
                return known
        return open_release(ref)

    def answer(self, question: Question) -> Answer:
        """Raises DeskError, and InvalidCriteriaError for what means nothing."""
        started = time.perf_counter()
        criteria = question.criteria
        opened, found = self._current(criteria.population)
        try:
            context = opened.live.context(
                criteria, company_id=question.company_id, on=question.on, found=found
            )
        except IndexMissingError as error:
            raise DeskError(str(error)) from error
        counter = opened.engine
        of_people = question.households and criteria.population == Population.CONSUMERS
        answer = Answer(
            release_id=opened.ref.id,
            release=opened.ref.name,
            as_of=opened.ref.as_of,
            vintage=opened.ref.vintage,
            count=counter.count(criteria, context),
            households=counter.groups_drawn(criteria, context, PEOPLE) if of_people else None,
            by={name: counter.by(criteria, context, name) for name in question.by},
            households_by={
                name: counter.groups_by(criteria, context, PEOPLE, name) for name in question.by
            }
            if of_people
            else {},
            steps=_steps(counter, criteria, context, of_people) if question.steps else (),
            difference=self._difference(opened, question, context),
        )
        return replace(answer, ms=round((time.perf_counter() - started) * 1000, 3))

    def _current(self, population: Population) -> tuple[Opened, Look]:
        """The release in use and what is new in it, by one query as long as it stays in use."""
        known = self._opened.get(population)
        if known is not None:
            found = known.live.look()
            if found.published == known.ref.id:
                return known, found
        opened = self.opened(population)
        return opened, opened.live.look()

    def _difference(
        self, opened: Opened, question: Question, context: CountContext
    ) -> tuple[int, int] | None:
        """Households of the criteria alone, and of the others alone."""
        other = question.but_not
        if other is None:
            return None
        its = opened.live.context(other, company_id=question.company_id, on=question.on)
        here = opened.engine.before_sample(question.criteria, context)
        there = opened.engine.before_sample(other, its)
        return _households(opened, here - there), _households(opened, there - here)


def open_release(ref: ReleaseRef) -> Opened:
    """Open the index of a release. Raises DeskError."""
    try:
        index = ReleaseIndex(ref.path)
    except IndexMissingError as error:
        raise DeskError(str(error)) from error
    counter = Counter(index)
    return Opened(ref, counter, LiveRelease(index), _engine(ref, counter))


def _engine(ref: ReleaseRef, counter: Counter) -> Engine:
    """The cluster of the settings when there is one. Raises DeskError."""
    if not settings.CLICKHOUSE_URLS:
        return counter
    from marketingconnect.targeting.clickhouse.setting import counter_on_cluster

    return counter_on_cluster(ref)


def _households(opened: Opened, rows: BitMap) -> int:
    return opened.counter.count_groups(rows, PEOPLE)


def _steps(
    counter: Engine, criteria: Criteria, context: CountContext, of_people: bool
) -> tuple[StepAnswer, ...]:
    steps = counter.steps(criteria, context)
    if not of_people:
        return tuple(StepAnswer(step.name, step.remaining, step.without) for step in steps)
    people = counter.steps_of_groups(criteria, context, PEOPLE)
    return tuple(
        StepAnswer(step.name, step.remaining, step.without, same.remaining, same.without)
        for step, same in zip(steps, people, strict=True)
    )
