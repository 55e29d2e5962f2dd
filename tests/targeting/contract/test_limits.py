"""The largest criteria that the tree allows are answered too, and alike."""

import math
from collections.abc import Mapping

import pytest

from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.counter import ClickHouseCounter, LoadedRelease
from marketingconnect.targeting.criteria import Condition, Criteria, Quotas, Use, ValueIn, Within
from marketingconnect.targeting.criteria.limits import MOST_POINTS, MOST_QUOTAS, MOST_VALUES
from marketingconnect.targeting.sql.duckdb import DuckDBCounter
from tests.targeting.clickhouse.contexts import context_of
from tests.targeting.clickhouse.stage import ON_ONE_WORKER, Releases

pytestmark = ON_ONE_WORKER


def a_star(points: int) -> Within:
    """Around Lyon, in and out at each corner."""
    corners = []
    for place in range(points):
        angle = 2 * math.pi * place / points
        reach = 12_000 if place % 2 else 3_000
        corners.append(
            (842_000 + int(reach * math.cos(angle)), 6_519_000 + int(reach * math.sin(angle)))
        )
    return Within(0, tuple(corners))


def codes(count: int) -> list[str]:
    """Codes in the form of communes, those of the Rhône and of Corse-du-Sud among them."""
    french = [f"{n:05}" for n in range(count - 1_000)]
    return sorted([*french, *(f"2A{n:03}" for n in range(1_000))])


LARGEST: dict[str, Condition] = {
    "points": a_star(MOST_POINTS),
    "values": ValueIn("commune", tuple(codes(MOST_VALUES))),
}


@pytest.mark.parametrize("kind", ["shards", "embedded"])
@pytest.mark.parametrize("what", LARGEST)
def test_the_largest_conditions_are_answered(
    clusters: Mapping[str, Cluster], small_releases: Releases, kind: str, what: str
) -> None:
    release = small_releases[Population.CONSUMERS]
    engine = ClickHouseCounter(clusters[kind], LoadedRelease(release.name, release.rows))
    reference = DuckDBCounter(release.folder, in_memory=True)
    criteria = Criteria(release.population, Channel.POST, Use.RENTAL, LARGEST[what])
    context = context_of(release)

    assert engine.count(criteria, context) == reference.count(criteria, context) > 0


@pytest.mark.parametrize("kind", ["shards", "embedded"])
def test_as_many_quotas_as_there_may_be_are_answered(
    clusters: Mapping[str, Cluster], small_releases: Releases, kind: str
) -> None:
    release = small_releases[Population.CONSUMERS]
    engine = ClickHouseCounter(clusters[kind], LoadedRelease(release.name, release.rows))
    reference = DuckDBCounter(release.folder, in_memory=True)
    limits = tuple((code, place % 5) for place, code in enumerate(codes(MOST_QUOTAS)))
    criteria = Criteria(
        release.population, Channel.POST, Use.RENTAL, quotas=Quotas("commune", limits)
    )
    context = context_of(release)

    rows = engine.rows(criteria, context).tolist()

    assert rows == reference.rows(criteria, context).tolist()
    assert engine.count(criteria, context) == len(rows) > 0
