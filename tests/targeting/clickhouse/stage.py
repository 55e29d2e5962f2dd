"""Small releases of both populations, on every kind of ClickHouse that the product says it knows.

`one` server, two `shards`, two `copies` (all of 2018, as Debian has it), and `embedded`, of today.
Made once for all tests of one worker: mark those that use them with `ON_ONE_WORKER`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from marketingconnect.base.copies import SealedRelease
from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.clickhouse.cluster import Cluster, cluster_from
from tests.targeting.clickhouse.servers import (
    ClickHouseServer,
    clickhouse_program,
    start_cluster,
    stop_all,
)

ON_ONE_WORKER = pytest.mark.xdist_group("clickhouse")
Releases = Mapping[Population, SealedRelease]


def cluster_of(kind: str, servers: list[ClickHouseServer]) -> Cluster:
    """The servers as one of the kinds, each in a database of its own."""
    first, second = (server.url for server in servers)
    urls = {"one": first, "shards": f"{first};{second}", "copies": f"{first},{second}"}
    return cluster_from(urls[kind], name=kind, database=f"marketing_{kind}")


def load(cluster: Cluster, release: SealedRelease, work: Path) -> None:
    from marketingconnect.targeting.clickhouse.loading import load_release

    load_release(cluster, release, work, say=lambda line: None)


@pytest.fixture(scope="session")
def small_releases(indexes: Mapping[Population, ReleaseIndex]) -> Releases:
    """The releases that every engine's tests count."""
    return {
        population: SealedRelease(index.name, population, index.release_folder, index.rows)
        for population, index in indexes.items()
    }


@pytest.fixture(scope="session")
def two_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ClickHouseServer]]:
    """Alive for all tests: those that kill have servers of their own."""
    servers = start_cluster(clickhouse_program(), tmp_path_factory.mktemp("clickhouse"), 2)
    yield servers
    stop_all(servers)


@pytest.fixture(scope="session")
def clusters(
    tmp_path_factory: pytest.TempPathFactory,
    two_servers: list[ClickHouseServer],
    small_releases: Releases,
) -> Mapping[str, Cluster]:
    """Kind -> a cluster that holds both small releases."""
    from tests.targeting.clickhouse.embedded import embedded_cluster

    work = tmp_path_factory.mktemp("work")
    made = {kind: cluster_of(kind, two_servers) for kind in ("one", "shards", "copies")}
    made["embedded"] = embedded_cluster(str(work / "embedded"))
    for cluster in made.values():
        for release in small_releases.values():
            load(cluster, release, work)
    return made
