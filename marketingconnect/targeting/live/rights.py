"""Whose records may be used on which channel today, and which of them lack what the law asks."""

from datetime import date

import numpy as np
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.queries import flagged_keys, rights_in_force
from marketingconnect.base.rules import (
    Ground,
    ground_suffices,
    oldest_usable_day,
    suppliers_in_force,
)
from marketingconnect.base.schema import DAY_ZERO, day_number
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.targeting.context import ChannelRight
from marketingconnect.terms.law import Fact

Law = tuple[Fact, ...]


def channel_rights(
    population: Population, purpose: Purpose, on: date, law: Law
) -> dict[Channel, ChannelRight]:
    """The right on each channel that day: one query."""
    rights = rights_in_force(population, on)
    return {
        channel: ChannelRight(
            suppliers_in_force(
                rights,
                suspended=frozenset(),
                population=population,
                channel=channel,
                purpose=purpose,
                on=on,
            ),
            _oldest_day(population, channel, on, law),
            day_number(on),
        )
        for channel in Channel
    }


def _oldest_day(population: Population, channel: Channel, on: date, law: Law) -> int:
    oldest = oldest_usable_day(population=population, channel=channel, on=on, law=law)
    return day_number(max(oldest, DAY_ZERO))


def unusable_rows(index: ReleaseIndex, channel: Channel, on: date, law: Law) -> BitMap:
    """Rows flagged on a channel that day, and those whose ground the law of the day refuses."""
    keys = np.fromiter(flagged_keys(index.population, channel, on), dtype=np.int64)
    flagged = index.rows_with_keys(keys)
    if ground_suffices(
        Ground.LEGITIMATE_INTEREST, population=index.population, channel=channel, on=on, law=law
    ):
        return flagged
    return flagged | index.bitmap(f"{channel.value}_without_consent")
