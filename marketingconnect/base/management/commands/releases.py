"""List, verify and take back the releases of the base."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.base.errors import BaseError
from marketingconnect.base.models import Release
from marketingconnect.base.queries import releases
from marketingconnect.base.services.releases import roll_back_release, verify_release
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Population

_STATES = {
    ReleaseState.BUILDING: "en fabrication",
    ReleaseState.PUBLISHED: "publiée",
    ReleaseState.SUPERSEDED: "remplacée, gardée",
    ReleaseState.FAILED: "échouée",
    ReleaseState.REMOVED: "retirée du disque",
}


class Command(BaseCommand):
    """Without an option, lists them, the latest first."""

    help = "Liste, vérifie ou reprend les versions de la base."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verify", metavar="VERSION", nargs="*", help="toutes, ou celles-ci")
        parser.add_argument(
            "--roll-back", choices=[p.value for p in Population], help="reprend la précédente"
        )
        parser.add_argument("--to", default="", help="celle à reprendre, au lieu de la précédente")
        parser.add_argument("--reason", default="", help="pourquoi, gardé au journal")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["roll_back"]:
                self._roll_back(options)
            if options["verify"] is not None:
                self._verify(options["verify"])
        except BaseError as error:
            raise CommandError(str(error)) from error
        for release in releases():
            self.stdout.write(_line(release))

    def _roll_back(self, options: dict[str, Any]) -> None:
        if not options["reason"]:
            raise CommandError("Dites pourquoi avec --reason : le journal le garde.")
        ref = roll_back_release(
            population=Population(options["roll_back"]),
            actor=Actor.system("releases"),
            reason=options["reason"],
            now=clock.now(),
            to=options["to"],
        )
        self.stdout.write(f"Reprise : {ref.name}.")

    def _verify(self, names: list[str]) -> None:
        kept = (ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED)
        for name in names or [r.name for r in releases() if r.state in kept]:
            verify_release(name)
            self.stdout.write(f"Entière : {name}.")


def _line(release: Release) -> str:
    state = _STATES[ReleaseState(release.state)]
    text = f"{release.name:28} {state:18} {release.rows:>11} lignes, état au {release.as_of}"
    return f"{text} — {release.failure}" if release.failure else text
