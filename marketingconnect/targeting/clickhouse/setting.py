"""The cluster that this installation's settings name, if any."""

from collections.abc import Collection

from django.conf import settings

from marketingconnect.base.copies import Say, SealedRelease
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.targeting.clickhouse.cluster import Cluster, cluster_from
from marketingconnect.targeting.clickhouse.counter import ClickHouseCounter, LoadedRelease
from marketingconnect.targeting.clickhouse.errors import WrongClusterError


def configured_cluster() -> Cluster | None:
    """None where one machine counts. Raises WrongClusterError."""
    if not settings.CLICKHOUSE_URLS:
        return None
    return cluster_from(
        settings.CLICKHOUSE_URLS,
        name=settings.CLICKHOUSE_CLUSTER,
        database=settings.CLICKHOUSE_DATABASE,
    )


def counter_on_cluster(release: ReleaseRef) -> ClickHouseCounter:
    """What counts a release where the settings say. Raises ClickHouseError."""
    cluster = configured_cluster()
    if cluster is None:
        raise WrongClusterError("MARKETINGCONNECT_CLICKHOUSE_URLS ne nomme aucun serveur.")
    return ClickHouseCounter(cluster, LoadedRelease(release.name, release.rows))


def copy_to_cluster(release: SealedRelease, kept: Collection[str], say: Say) -> None:
    """Load a release where the settings say, before it is published. Raises ClickHouseError."""
    from marketingconnect.base.releases.folders import population_folder
    from marketingconnect.targeting.clickhouse.loading import drop_others, load_release

    cluster = configured_cluster()
    if cluster is None:
        return
    load_release(cluster, release, population_folder(release.population), say=say)
    drop_others(cluster, release.population, kept)
