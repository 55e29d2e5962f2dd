"""`marketingconnect export_debits --date D --out FILE.xml`: exit 0 once written, else 1 and why."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.kernel.money import Money
from marketingconnect.payments.errors import DebitError
from marketingconnect.payments.services import export_debits


class Command(BaseCommand):
    """The file is kept before it is written: asked again, the same bytes come out."""

    help = "Écrit le fichier des prélèvements d’un jour pour la banque (pain.008)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=date.fromisoformat, required=True, metavar="AAAA-MM-JJ")
        parser.add_argument("--out", type=Path, required=True, help="fichier XML à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        day, out = options["date"], options["out"]
        actor = Actor.system("export_debits")
        try:
            exported = export_debits(collected_on=day, actor=actor, now=clock.now())
        except DebitError as error:
            raise CommandError(error.sentence) from error
        file = exported.file
        if exported.dropped:
            self.stdout.write(f"Écartés, car plus dus ou sans mandat : {exported.dropped}")
        if file is None:
            raise CommandError(f"Aucun prélèvement annoncé pour le {day:%d/%m/%Y}.")
        try:
            out.write_bytes(bytes(file.content))
        except OSError as error:
            raise CommandError(f"« {out} » ne peut pas être écrit : {error.strerror}.") from error
        again = " (fichier déjà fait, écrit à nouveau)" if exported.is_again else ""
        self.stdout.write(
            f"{file.message_id}{again} : {file.count} prélèvement(s), {Money(file.cents)}, "
            f"le {day:%d/%m/%Y}"
        )
