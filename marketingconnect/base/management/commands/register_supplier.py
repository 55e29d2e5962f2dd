"""Register, suspend or resume a supplier of the base."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.base.errors import BaseError
from marketingconnect.base.management.reading_options import supplier_told
from marketingconnect.base.queries import suppliers
from marketingconnect.base.services.registering import register_from_file
from marketingconnect.base.services.suppliers import resume_supplier, suspend_supplier


class Command(BaseCommand):
    """Without a file nor an option, lists the suppliers."""

    help = "Enregistre un fournisseur de la base, ou le suspend : droits, formulaires, preuves."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="fiche TOML du fournisseur")
        parser.add_argument("--suspend", metavar="FOURNISSEUR", help="numéro ou nom")
        parser.add_argument("--resume", metavar="FOURNISSEUR", help="numéro ou nom")
        parser.add_argument("--reason", default="", help="pourquoi")

    def handle(self, *args: Any, **options: Any) -> None:
        actor, now = Actor.system("register_supplier"), clock.now()
        try:
            if options["file"]:
                register_from_file(options["file"], actor=actor, now=now)
            for option, act in (("suspend", suspend_supplier), ("resume", resume_supplier)):
                if options[option]:
                    supplier = supplier_told(options[option])
                    act(supplier_id=supplier.pk, reason=options["reason"], actor=actor, now=now)
        except BaseError as error:
            raise CommandError(str(error)) from error
        for supplier in suppliers():
            state = f"suspendu : {supplier.suspension_reason}" if supplier.suspended_at else "actif"
            self.stdout.write(f"{supplier.number:3} {supplier.name} — {state}")
