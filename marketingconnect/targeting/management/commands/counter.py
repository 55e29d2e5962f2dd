"""`marketingconnect counter`: the process that counts for all the others."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.targeting.desk.server import CountingServer


class Command(BaseCommand):
    """Reads each index once; a child a processor shares it."""

    help = "Compte pour les autres processus, jusqu’à l’arrêt demandé."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--socket", default=settings.COUNTER_SOCKET, help="où écouter")
        parser.add_argument("--processes", type=int, default=settings.COUNTER_PROCESSES)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["socket"]:
            raise CommandError(
                "Dites où écouter : --socket, ou MARKETINGCONNECT_COUNTER_SOCKET pour que les"
                " autres processus le sachent."
            )
        if options["processes"] < 1:
            raise CommandError("Il faut au moins un processus.")
        CountingServer(Path(options["socket"]), options["processes"]).run()
