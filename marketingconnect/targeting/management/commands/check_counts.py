"""`marketingconnect check_counts`: are the counts right? By bitmaps, by SQL, and row by row."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.base.index import IndexMissingError, ReleaseIndex
from marketingconnect.base.queries import published_release, release_named
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.checking import Difference, check

_SHOWN = 5


class Command(BaseCommand):
    """Exit code 1 at the first difference left at the end."""

    help = "Compare des ciblages tirés au hasard : comptage, SQL sur les fichiers, lignes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--trees", type=int, default=2000, help="ciblages à comparer")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--release", default="", help="version, au lieu de celles publiées")

    def handle(self, *args: Any, **options: Any) -> None:
        releases = _releases(options["release"])
        started = time.monotonic()
        wrong: list[Difference] = []
        for place, release in enumerate(releases):
            trees = options["trees"] // len(releases) + (place < options["trees"] % len(releases))
            try:
                index = ReleaseIndex(release.path)
            except IndexMissingError as error:
                raise CommandError(str(error)) from error
            found = check(index, trees=trees, seed=options["seed"], say=self.stdout.write)
            wrong += found
        for difference in wrong[:_SHOWN]:
            criteria = json.dumps(difference.case.criteria.to_json(), ensure_ascii=False)
            self.stdout.write(f"{difference.what}\n{criteria}")
        seconds = time.monotonic() - started
        told = {"trees": options["trees"], "differences": len(wrong), "seconds": round(seconds, 1)}
        self.stdout.write(json.dumps(told))
        if wrong:
            raise CommandError("Des comptages diffèrent : voir ci-dessus.")


def _releases(name: str) -> list[ReleaseRef]:
    if name:
        found = [release_named(name)]
    else:
        found = [published_release(population) for population in Population]
    releases = [release for release in found if release is not None and release.rows]
    if not releases:
        raise CommandError("Aucune version à vérifier : importez d’abord une base.")
    return releases
