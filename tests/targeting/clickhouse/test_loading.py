"""A release is on every machine that counts before it is the one in use."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from marketingconnect.base import copies
from marketingconnect.base.models import Release
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.services.releases import build_release
from marketingconnect.base.vocabulary import Population
from marketingconnect.config.ports import free_ports
from marketingconnect.targeting.clickhouse.counter import ClickHouseCounter, LoadedRelease
from marketingconnect.targeting.clickhouse.errors import ClickHouseError, ReleaseNotLoadedError
from marketingconnect.targeting.clickhouse.setting import configured_cluster, copy_to_cluster
from marketingconnect.targeting.clickhouse.tables import LOADED
from tests.base.made import AS_OF, KEEPER, consumers, noon, note
from tests.targeting.clickhouse.servers import ClickHouseServer
from tests.targeting.clickhouse.stage import ON_ONE_WORKER

pytestmark = [ON_ONE_WORKER, pytest.mark.django_db]
ROWS = 900


@pytest.fixture(autouse=True)
def a_cluster_in_the_settings(
    settings: Settings, tmp_path: Path, two_servers: list[ClickHouseServer]
) -> Iterator[None]:
    settings.BASE_ROOT = tmp_path / "base"
    settings.CLICKHOUSE_URLS = ";".join(server.url for server in two_servers)
    settings.CLICKHOUSE_CLUSTER = "shards"
    settings.CLICKHOUSE_DATABASE = "built_here"
    copies.register("essais", copy_to_cluster)
    yield
    copies.register("essais", lambda release, kept, say: None)
    for server in two_servers:
        server.ask("DROP DATABASE IF EXISTS built_here")


def built(tmp_path: Path, rows: int = ROWS) -> ReleaseRef:
    return build_release(
        consumers(tmp_path / f"source-{rows}", rows),
        sources=[note()],
        as_of=AS_OF,
        actor=KEEPER,
        now=noon,
    )


def counter_of(release: ReleaseRef) -> ClickHouseCounter:
    cluster = configured_cluster()
    assert cluster is not None
    return ClickHouseCounter(cluster, LoadedRelease(release.name, release.rows))


def test_a_release_is_whole_on_the_cluster_when_it_is_published(tmp_path: Path) -> None:
    release = built(tmp_path)

    counter_of(release).check()
    assert published_release(Population.CONSUMERS) == release


def test_a_release_that_the_cluster_cannot_take_is_not_published(
    tmp_path: Path, settings: Settings
) -> None:
    before = built(tmp_path)
    settings.CLICKHOUSE_URLS = f"http://127.0.0.1:{free_ports(1)[0]}"

    with pytest.raises(ClickHouseError, match="ne répond pas"):
        built(tmp_path, ROWS + 60)

    assert published_release(Population.CONSUMERS) == before


def test_releases_that_are_no_longer_kept_leave_the_cluster_too(
    tmp_path: Path, settings: Settings
) -> None:
    settings.BASE_RELEASES_KEPT = 2
    built_here = [built(tmp_path, ROWS + 60 * more) for more in range(4)]

    for old in built_here[:1]:
        with pytest.raises(ReleaseNotLoadedError):
            counter_of(old).check()
    for kept in built_here[-2:]:
        counter_of(kept).check()


def test_the_command_loads_what_is_in_use_and_says_so(
    tmp_path: Path, two_servers: list[ClickHouseServer]
) -> None:
    release = built(tmp_path)
    two_servers[0].ask("DROP DATABASE built_here")
    with pytest.raises(ReleaseNotLoadedError):
        counter_of(release).check()

    said = StringIO()
    call_command("load_clickhouse", stdout=said)

    assert f"{release.name} : {ROWS} lignes, comptées entières." in said.getvalue()
    counter_of(release).check()


def test_the_command_refuses_a_release_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="consumers-2020-01-01-01"):
        call_command("load_clickhouse", "consumers-2020-01-01-01")


def test_the_command_says_what_to_do_when_no_server_is_named(settings: Settings) -> None:
    with pytest.raises(CommandError, match="MARKETINGCONNECT_CLICKHOUSE_URLS"):
        call_command("load_clickhouse", "--url", "")
    assert not Release.objects.exists()


def test_nothing_of_a_person_s_name_or_address_is_loaded(
    tmp_path: Path, two_servers: list[ClickHouseServer]
) -> None:
    built(tmp_path)

    columns = two_servers[0].ask(
        "SELECT DISTINCT name FROM system.columns WHERE database = 'built_here'"
    )

    loaded = set(columns.split())
    assert loaded == set(LOADED[Population.CONSUMERS])
    assert not loaded & {"record_key", "first_name", "last_name", "line4", "email", "mobile"}
