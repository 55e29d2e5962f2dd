"""A machine that dies never makes a smaller count: an error, or a copy that answers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyroaring import BitMap

from marketingconnect.base.copies import SealedRelease
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.clickhouse.counter import ClickHouseCounter, LoadedRelease
from marketingconnect.targeting.clickhouse.errors import (
    ClickHouseError,
    ClusterUnavailableError,
    ReleaseNotLoadedError,
)
from marketingconnect.targeting.clickhouse.http import Body, Node, Settings
from marketingconnect.targeting.clickhouse.loading import drop_others, load_release
from marketingconnect.targeting.clickhouse.tables import parts_table
from tests.targeting.clickhouse.contexts import context_of, criteria_of, some
from tests.targeting.clickhouse.servers import (
    ClickHouseServer,
    clickhouse_program,
    start_cluster,
    stop_all,
)
from tests.targeting.clickhouse.stage import Releases, cluster_of, load

pytestmark = pytest.mark.faults


@pytest.fixture
def release(small_releases: Releases) -> SealedRelease:
    return small_releases[Population.CONSUMERS]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[ClickHouseServer]]:
    started = start_cluster(clickhouse_program(), tmp_path, 2)
    yield started
    stop_all(started)


def counter_on(
    kind: str, servers: list[ClickHouseServer], release: SealedRelease, work: Path
) -> ClickHouseCounter:
    cluster = cluster_of(kind, servers)
    load(cluster, release, work)
    return ClickHouseCounter(cluster, LoadedRelease(release.name, release.rows))


def test_a_dead_shard_is_an_error_and_the_same_count_once_it_is_back(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    counter = counter_on("shards", servers, release, tmp_path)
    criteria, context = criteria_of(release, one_per="household"), context_of(release)
    whole = counter.count(criteria, context)

    for dead, alive in (servers, servers[::-1]):
        dead.kill()
        with pytest.raises(ClusterUnavailableError, match="Aucun chiffre partiel"):
            counter.count(criteria, context)
        with pytest.raises(ClusterUnavailableError):
            counter.rows(criteria, context)
        assert alive.process is not None
        assert alive.process.poll() is None

        dead.start()
        assert counter.count(criteria, context) == whole


def test_a_dead_copy_changes_nothing(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    counter = counter_on("copies", servers, release, tmp_path)
    criteria, context = criteria_of(release), context_of(release)
    whole = counter.count(criteria, context)

    for dead in servers:
        dead.kill()
        assert counter.count(criteria, context) == whole
        dead.start()

    assert counter.count(criteria, context) == whole


def test_a_copy_that_was_dead_when_a_set_was_sent_gets_it_when_it_is_back(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    counter = counter_on("copies", servers, release, tmp_path)
    criteria = criteria_of(release, exclude={"earlier_deliveries": True})
    context = context_of(release, earlier=some(release.rows, 0.4, 3))

    servers[1].kill()
    without_it = counter.count(criteria, context)
    servers[1].start()
    servers[0].kill()

    assert counter.count(criteria, context) == without_it


def test_a_shard_that_comes_back_empty_is_an_error_until_the_release_is_loaded_again(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    counter = counter_on("shards", servers, release, tmp_path)
    cluster = cluster_of("shards", servers)
    criteria, context = criteria_of(release), context_of(release)
    whole = counter.count(criteria, context)

    lost = parts_table(cluster, release.name)
    cluster.shards[1][0].ask(f"DROP TABLE {lost}", {})
    with pytest.raises(ReleaseNotLoadedError, match="load_clickhouse"):
        counter.count(criteria, context)

    load(cluster, release, tmp_path)
    assert counter.count(criteria, context) == whole


def test_a_part_lost_without_a_word_is_noticed(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    counter = counter_on("shards", servers, release, tmp_path)
    cluster = cluster_of("shards", servers)
    lost = parts_table(cluster, release.name)

    cluster.shards[0][0].ask(f"ALTER TABLE {lost} DROP PARTITION tuple()", {})

    with pytest.raises(ReleaseNotLoadedError):
        counter.check()


def test_a_set_that_a_server_lost_is_sent_again(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    counter = counter_on("shards", servers, release, tmp_path)
    cluster = cluster_of("shards", servers)
    criteria, context = criteria_of(release), context_of(release)
    whole = counter.count(criteria, context)
    node = cluster.shards[1][0]
    sets = node.ask(
        "SELECT name FROM system.tables"
        f" WHERE database = '{cluster.database}' AND name LIKE 'row_set%'",
        {},
    ).split()
    assert len(sets) == 1

    node.ask(f"DROP TABLE {cluster.database}.{sets[0].decode()}", {})

    assert counter.count(criteria, context) == whole


def test_a_load_that_a_dead_server_stops_is_finished_by_the_next_one(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    cluster = cluster_of("shards", servers)

    def kill_before_the_rows(line: str) -> None:
        servers[1].kill()

    with pytest.raises(ClickHouseError, match="Relancez la même commande"):
        load_release(cluster, release, tmp_path, say=kill_before_the_rows)
    servers[1].start()

    counter = counter_on("shards", servers, release, tmp_path)

    counter.check()
    drop_others(cluster, release.population, {release.name})
    counter.check()
    drop_others(cluster, release.population, ())
    with pytest.raises(ReleaseNotLoadedError):
        counter.check()


def test_an_opposition_counts_at_once_beside_a_set_already_sent(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    counter = counter_on("shards", servers, release, tmp_path)
    everybody = counter.rows(criteria_of(release), context_of(release)).tolist()
    criteria = criteria_of(release, exclude={"file": 3})
    before = BitMap(everybody[::2])
    after = (before | BitMap(everybody[1:5])) - BitMap(everybody[:1])

    for excluded in (before, after, before):
        rows = counter.rows(criteria, context_of(release, file=excluded))
        assert rows.tolist() == [row for row in everybody if row not in excluded]
    sent = servers[0].ask(
        "SELECT count() FROM system.tables"
        " WHERE database = 'marketing_shards' AND name LIKE 'row_set%'"
    )
    assert int(sent) == 2  # the oppositions of the context, and the file as it was first


class _Forgetful:
    """A server that says yes and keeps half of what it is sent."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.name = node.name

    def ask(self, statement: str, settings: Settings) -> bytes:
        return self._node.ask(statement, settings)

    def send(self, insert: str, body: Body) -> None:
        content = body if isinstance(body, bytes) else body.read()
        half = len(content) // 8 * 4 if isinstance(body, bytes) else content.find(b"\n") + 1
        self._node.send(insert, content[:half])


def test_rows_that_a_server_did_not_keep_are_missed_before_anything_is_counted(
    servers: list[ClickHouseServer], release: SealedRelease, tmp_path: Path
) -> None:
    whole = cluster_of("one", servers)
    forgetful = replace(whole, shards=((_Forgetful(whole.nodes[0]),),))

    with pytest.raises(ClickHouseError, match="n’a pas gardé toutes les lignes"):
        load(forgetful, release, tmp_path)
    with pytest.raises(ReleaseNotLoadedError):
        ClickHouseCounter(whole, LoadedRelease(release.name, release.rows)).check()

    load(whole, release, tmp_path)
    counter = ClickHouseCounter(forgetful, LoadedRelease(release.name, release.rows))
    with pytest.raises(ClusterUnavailableError):
        counter.count(criteria_of(release), context_of(release))
