"""Every engine gives the same rows, counts and breakdowns: generated criteria, real servers.

The reference is plain SQL over the Parquet; the same cases go through the bitmaps, ClickHouse of
2018 on one server and on two shards, and today's ClickHouse inside this process.
"""

from collections.abc import Iterator, Mapping

import pytest

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.checking import Case, Counting, cases, differences
from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.counter import ClickHouseCounter, LoadedRelease
from marketingconnect.targeting.context import ChannelRight, ChannelState, CountContext
from marketingconnect.targeting.criteria import Channel, Criteria, Group, Use, Within
from marketingconnect.targeting.engine import Counter
from marketingconnect.targeting.sql.duckdb import DuckDBCounter
from tests.targeting.clickhouse.stage import ON_ONE_WORKER, Releases

pytestmark = ON_ONE_WORKER
CASES = 60
SEED = 7
ENGINES = ("bitmaps", "one", "shards", "embedded")


@pytest.fixture(scope="module")
def references(small_releases: Releases) -> Mapping[Population, DuckDBCounter]:
    return {
        population: DuckDBCounter(release.folder, in_memory=True)
        for population, release in small_releases.items()
    }


@pytest.fixture(params=list(Population))
def population(request: pytest.FixtureRequest) -> Population:
    return Population(request.param)


@pytest.fixture
def index(indexes: Mapping[Population, ReleaseIndex], population: Population) -> ReleaseIndex:
    return indexes[population]


@pytest.fixture
def reference(
    references: Mapping[Population, DuckDBCounter], population: Population
) -> DuckDBCounter:
    return references[population]


@pytest.fixture(params=ENGINES)
def engine(
    request: pytest.FixtureRequest,
    index: ReleaseIndex,
    small_releases: Releases,
    clusters: Mapping[str, Cluster],
) -> Counting:
    if request.param == "bitmaps":
        return Counter(index)
    release = small_releases[index.population]
    return ClickHouseCounter(clusters[request.param], LoadedRelease(release.name, release.rows))


def generated(index: ReleaseIndex) -> Iterator[Case]:
    return cases(index, trees=CASES, seed=SEED)


def test_an_engine_answers_as_the_reference_does(
    index: ReleaseIndex, reference: DuckDBCounter, engine: Counting
) -> None:
    wrong = {
        case.number: (found, case.criteria.to_json())
        for case in generated(index)
        if (found := [each.what for each in differences(index, engine, reference, case)])
    }

    assert wrong == {}


def test_the_cases_are_worth_asking(index: ReleaseIndex, reference: DuckDBCounter) -> None:
    counts = [reference.count(case.criteria, case.context) for case in generated(index)]

    assert sum(count > 0 for count in counts) > CASES / 4
    assert max(counts) > index.rows / 10


def test_an_edge_that_passes_through_people_is_the_same_edge_for_all(
    index: ReleaseIndex, reference: DuckDBCounter, engine: Counting
) -> None:
    """Corners on rows' own places, and level sides: where a comparison off by one shows."""
    everybody = frozenset(range(1, 100))
    context = CountContext(
        population=index.population,
        release=index.name,
        stamp="edges",
        channels={channel: ChannelState(ChannelRight(everybody)) for channel in Channel},
    )
    x, y = (index.column(name)[: index.rows : index.rows // 60].tolist() for name in "xy")
    for first, last in [*((start, start + 4) for start in range(0, 50, 8)), (0, 25), (20, 60)]:
        corners = list(zip(x[first:last], y[first:last], strict=True))
        for points in (corners, [corners[0], (corners[1][0], corners[0][1]), *corners[1:]]):
            where = Within(0, tuple(points))
            criteria = Criteria(index.population, Channel.POST, Use.RENTAL, where)
            expected = reference.rows(criteria, context).tolist()
            assert engine.rows(criteria, context).tolist() == expected


def test_an_engine_tells_groups_and_steps_as_the_bitmaps_do(
    index: ReleaseIndex, engine: Counting
) -> None:
    assert isinstance(engine, Counter | ClickHouseCounter)
    bitmaps = Counter(index)
    group = Group.HOUSEHOLD if index.population is Population.CONSUMERS else Group.COMPANY
    for case in list(generated(index))[:6]:
        asked = (case.criteria, case.context)
        assert engine.steps(*asked) == bitmaps.steps(*asked)
        assert engine.groups_drawn(*asked, group) == bitmaps.groups_drawn(*asked, group)
        assert engine.before_sample(*asked) == bitmaps.before_sample(*asked)
        if index.population is Population.CONSUMERS:
            told = engine.groups_by(*asked, group, case.by)
            assert told == bitmaps.groups_by(*asked, group, case.by)


def test_an_engine_counts_homes_by_step_as_the_bitmaps_do(
    indexes: Mapping[Population, ReleaseIndex],
    clusters: Mapping[str, Cluster],
    small_releases: Releases,
) -> None:
    index, release = indexes[Population.CONSUMERS], small_releases[Population.CONSUMERS]
    engine = ClickHouseCounter(clusters["shards"], LoadedRelease(release.name, release.rows))
    bitmaps = Counter(index)
    for case in list(generated(index))[:4]:
        asked = (case.criteria, case.context, Group.HOUSEHOLD)
        assert engine.steps_of_groups(*asked) == bitmaps.steps_of_groups(*asked)
