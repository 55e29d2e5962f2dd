"""One release as it may be used now: makes the context of each count."""

from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from types import MappingProxyType
from typing import Final

import numpy as np
from django.conf import settings
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.vocabulary import Channel, Purpose
from marketingconnect.suppression.transactions import NOTHING_SEEN
from marketingconnect.targeting.context import NOBODY, ChannelRight, ChannelState, CountContext
from marketingconnect.targeting.criteria import Criteria, Group
from marketingconnect.targeting.engine.cache import BitmapCache
from marketingconnect.targeting.engine.groups import whole_groups
from marketingconnect.targeting.live.deliveries import delivered_since, delivered_to
from marketingconnect.targeting.live.exclusions import check_file, rows_of_file, seen_often
from marketingconnect.targeting.live.oppositions import Oppositions
from marketingconnect.targeting.live.rights import channel_rights, unusable_rows
from marketingconnect.targeting.live.watch import Look, look
from marketingconnect.targeting.selections.reading import rows_in
from marketingconnect.terms.queries import law

_CACHE_BYTES: Final = 64 * 1024 * 1024


_Key = tuple[date, str, str | None]
_MOST_STATES: Final = 3
"""Two days may be asked in turn, around midnight; more are not kept."""


@dataclass(frozen=True, slots=True)
class _State:
    """What flags, rights and the law make of one day."""

    rows: dict[Channel, BitMap]
    """The rows that are not usable on each channel."""
    rights: dict[Purpose, dict[Channel, ChannelRight]]


class LiveRelease:
    """Keeps what is live of one release up to date. Safe to share between threads."""

    def __init__(self, index: ReleaseIndex) -> None:
        self.index = index
        self._oppositions = Oppositions(index)
        self._states: dict[_Key, _State] = {}
        self._seen = NOTHING_SEEN
        self._version = 0
        self._sets = BitmapCache(_CACHE_BYTES)
        self._lock = Lock()

    def look(self) -> Look:
        """What changed since the last count: one query."""
        return look(self._seen, self.index.population)

    def context(
        self,
        criteria: Criteria,
        *,
        company_id: int | None,
        on: date,
        found: Look | None = None,
    ) -> CountContext:
        """What holds at this very moment for these criteria; `found` is a look just taken.

        Raises InvalidCriteriaError for a file that the company does not have, IndexMissingError
        when oppositions cannot be found in this release.
        """
        with self._lock:
            state = self._refresh(on, found or self.look())
            opposed = dict(self._oppositions.rows)
            stamp = f"{self.index.name}/{self._version}/{on.isoformat()}"
        rights = state.rights[criteria.use]
        asked = criteria.exclude
        return CountContext(
            population=self.index.population,
            release=self.index.name,
            stamp=stamp,
            channels=MappingProxyType(
                {
                    channel: ChannelState(rights[channel], opposed[channel], state.rows[channel])
                    for channel in Channel
                }
            ),
            removed=self.index.bitmap("removed"),
            earlier=self._earlier(company_id, criteria.one_per)
            if asked.earlier_deliveries
            else NOBODY,
            file=self._file(asked.file, company_id) if asked.file is not None else NOBODY,
            over_solicited=self._over_solicited(on) if asked.over_solicited else NOBODY,
            records=self._records(asked.records),
        )

    def _refresh(self, on: date, found: Look) -> _State:
        """Read what was written since the look before; the day, rights and law may have moved."""
        if found.oppositions:
            self._oppositions.read(found.since)
            self._version += 1
        key = (on, found.law, found.rights)
        state = self._states.get(key)
        if state is None or found.flags:
            if found.flags:
                self._states.clear()
            state = self._read_state(on)
            self._keep(key, state)
            self._version += 1
        self._seen = found.seen
        return state

    def _read_state(self, on: date) -> _State:
        facts, population = law(), self.index.population
        return _State(
            {channel: unusable_rows(self.index, channel, on, facts) for channel in Channel},
            {use: channel_rights(population, use, on, facts) for use in Purpose},
        )

    def _keep(self, key: _Key, state: _State) -> None:
        while len(self._states) >= _MOST_STATES:
            del self._states[next(iter(self._states))]
        self._states[key] = state

    def _records(self, keys: tuple[int, ...]) -> BitMap:
        return self.index.rows_with_keys(np.array(keys, dtype=np.int64)) if keys else NOBODY

    # -- exclusions --------------------------------------------------------------------------------

    def _earlier(self, company_id: int | None, group: Group | None) -> BitMap:
        """What a company already received, whatever the release it came from.

        One letter a household: whoever lives with a person it received was received as well.
        """
        ids = delivered_to(company_id) if company_id is not None else ()
        if not ids:
            return NOBODY
        return self._sets.get_or_make(
            ("earlier", ids, group),
            lambda: whole_groups(self.index, BitMap.union(*map(self._selection, ids)), group),
        )

    def _file(self, file_id: int, company_id: int | None) -> BitMap:
        check_file(file_id, company_id)
        return self._sets.get_or_make(("file", file_id), lambda: rows_of_file(self.index, file_id))

    def _over_solicited(self, on: date) -> BitMap:
        """The rows delivered too many times, to anybody, in the last days."""
        since = on - timedelta(days=settings.OVER_SOLICITED_DAYS)
        ids = delivered_since(since)
        return self._sets.get_or_make(
            ("often", ids),
            lambda: seen_often(map(self._selection, ids), settings.OVER_SOLICITED_TIMES),
        )

    def _selection(self, selection_id: int) -> BitMap:
        """The rows of a frozen selection, found again by their keys."""
        return self._sets.get_or_make(
            ("selection", selection_id),
            lambda: rows_in(self.index, selection_id),
        )
