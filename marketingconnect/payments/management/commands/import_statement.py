"""`marketingconnect import_statement FILE.xml`: exit 0 when it is taken in, 1 with a reason."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.payments.errors import StatementError
from marketingconnect.payments.services import import_statement
from marketingconnect.payments.services.statements import Imported
from marketingconnect.payments.states import MATCH_LABELS, Match


class Command(BaseCommand):
    """Handing in the same file again changes nothing."""

    help = "Importe un relevé bancaire (camt.053, camt.054) et rapproche ses virements."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="fichier XML de la banque")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            imported = import_statement(
                path, name=path.name, actor=Actor.system("import_statement"), now=clock.now()
            )
        except StatementError as error:
            raise CommandError(error.sentence) from error
        except OSError as error:
            raise CommandError(f"« {path} » ne peut pas être lu : {error.strerror}.") from error
        for line in _lines(imported):
            self.stdout.write(line)


def _lines(imported: Imported) -> list[str]:
    new = sum(imported.matches.values())
    waiting = new - imported.matches[Match.EXACT]
    found = ", ".join(
        f"{MATCH_LABELS[match].lower()} : {count}"
        for match in Match
        if (count := imported.matches[match])
    )
    return [
        f"Nouveaux mouvements : {new}{f' ({found})' if found else ''}",
        f"Enregistrés et validés : {imported.matches[Match.EXACT]} ; à affecter : {waiting}",
        f"Déjà connus : {imported.known} ; dépenses de l’opérateur, ignorées : {imported.ignored}",
    ]
