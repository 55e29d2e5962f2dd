"""What is live, for tests that need some of everything: rights, oppositions, excluded sets."""

import random
from typing import Any

from pyroaring import BitMap

from marketingconnect.base.copies import SealedRelease
from marketingconnect.targeting.context import ChannelRight, ChannelState, CountContext
from marketingconnect.targeting.criteria import Channel, Criteria, Population

EVERY_SUPPLIER = frozenset(range(1, 100))


def some(rows: int, share: float, seed: int) -> BitMap:
    """A share of the rows, always the same for a seed."""
    return BitMap(random.Random(seed).sample(range(rows), int(rows * share)))


def context_of(release: SealedRelease, **sets: BitMap) -> CountContext:
    """Everybody may be reached, but a tenth who opposed on post, and a few wrong addresses."""
    right = ChannelRight(EVERY_SUPPLIER)
    channels = {
        channel: ChannelState(right, flagged=some(release.rows, 0.001, 7)) for channel in Channel
    }
    channels[Channel.POST] = ChannelState(right, opposed=some(release.rows, 0.1, 1))
    return CountContext(
        population=Population(release.population.value),
        release=release.name,
        stamp="1",
        channels=channels,
        **sets,
    )


def criteria_of(release: SealedRelease, **keys: Any) -> Criteria:
    """Criteria on post, with what is given besides."""
    return Criteria.from_json(
        {
            "version": 1,
            "population": release.population.value,
            "channel": "post",
            "use": "rental",
            "where": {"all": []},
            **keys,
        }
    )
