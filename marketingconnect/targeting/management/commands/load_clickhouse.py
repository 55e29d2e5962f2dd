"""`marketingconnect load_clickhouse`: releases onto a cluster, again or for the first time."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.base.copies import SealedRelease
from marketingconnect.base.errors import BaseError
from marketingconnect.base.queries import published_release, release_named
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.releases.folders import population_folder
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.clickhouse.cluster import Cluster, cluster_from
from marketingconnect.targeting.clickhouse.counter import ClickHouseCounter, LoadedRelease
from marketingconnect.targeting.clickhouse.loading import load_release


class Command(BaseCommand):
    """Loads what is missing, server by server: safe to run again."""

    help = "Charge les versions de la base dans le moteur réparti (ClickHouse)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("release", nargs="*", help="versions ; celles en service, sans rien")
        parser.add_argument(
            "--url",
            default=settings.CLICKHOUSE_URLS,
            help="serveurs : fragments séparés par « ; », copies d’un fragment par « , »",
        )
        parser.add_argument("--cluster", default=settings.CLICKHOUSE_CLUSTER)
        parser.add_argument("--database", default=settings.CLICKHOUSE_DATABASE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cluster = cluster_from(
                options["url"], name=options["cluster"], database=options["database"]
            )
            for release in _releases(options["release"]):
                self._load(cluster, release)
        except BaseError as error:
            raise CommandError(str(error)) from error

    def _load(self, cluster: Cluster, release: ReleaseRef) -> None:
        sealed = SealedRelease(release.name, release.population, release.path, release.rows)
        load_release(cluster, sealed, population_folder(release.population), say=self.stdout.write)
        ClickHouseCounter(cluster, LoadedRelease(release.name, release.rows)).check()
        self.stdout.write(f"{release.name} : {release.rows} lignes, comptées entières.")


def _releases(names: list[str]) -> list[ReleaseRef]:
    if not names:
        return [ref for population in Population if (ref := published_release(population))]
    found = {name: release_named(name) for name in names}
    for name, release in found.items():
        if release is None:
            raise CommandError(f"Aucune version lisible de la base ne s’appelle « {name} ».")
    return [release for release in found.values() if release]
