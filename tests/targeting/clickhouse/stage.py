"""Small releases of both populations, on every kind of ClickHouse that the product says it knows.

`one` server, two `shards`, two `copies` (all of 2018, as Debian has it), and `embedded`, of today.
Made once for all tests of one worker: mark those that use them with `ON_ONE_WORKER`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from marketingconnect.base.copies import SealedRelease
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.clickhouse.cluster import Cluster, cluster_from
from tests.targeting.clickhouse.servers import (
    ClickHouseServer,
    clickhouse_program,
    start_cluster,
    stop_all,
)

ON_ONE_WORKER = pytest.mark.xdist_group("clickhouse")
ROWS = {Population.CONSUMERS: 12_000, Population.PROFESSIONALS: 8_000}
DEPARTEMENTS = ("2A", "48", "69", "974")
KINDS = ("one", "shards", "copies", "embedded")
Releases = Mapping[Population, SealedRelease]


def make_small_release(root: Path, population: Population, rows: int) -> SealedRelease:
    """A release below `root`, in a few départements so that places are not nearly empty."""
    from bench.releases import make_release

    name = f"{population.value}-2026-11-25-01"
    written = make_release(root / name, population, rows=rows, departements=DEPARTEMENTS)
    return SealedRelease(name, population, root / name, written)


def cluster_of(kind: str, servers: list[ClickHouseServer]) -> Cluster:
    """The servers as one of the kinds, each in a database of its own."""
    first, second = (server.url for server in servers)
    urls = {"one": first, "shards": f"{first};{second}", "copies": f"{first},{second}"}
    return cluster_from(urls[kind], name=kind, database=f"marketing_{kind}")


def load(cluster: Cluster, release: SealedRelease, work: Path) -> None:
    from marketingconnect.targeting.clickhouse.loading import load_release

    load_release(cluster, release, work, say=lambda line: None)


@pytest.fixture(scope="session")
def small_releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    root = tmp_path_factory.mktemp("releases")
    return {
        population: make_small_release(root, population, rows) for population, rows in ROWS.items()
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
