"""Import a client's file from the command line; prints one line of JSON."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock, storage
from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.reading.layout import UnreadableFileError
from marketingconnect.contacts.reports import refused_csv
from marketingconnect.contacts.rules import LegalBasis, Origin
from marketingconnect.contacts.services.whole import import_at_once
from marketingconnect.contacts.states import ContactFileState


class Command(BaseCommand):
    """Columns are guessed; the origin told here is kept like the one told on screen."""

    help = "Importe le fichier de contacts d’un client et compte ses lignes."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, TXT ou XLSX")
        parser.add_argument("--client", required=True, help="référence du client, C-000042")
        parser.add_argument("--report", type=Path, help="CSV des lignes refusées, à écrire")
        parser.add_argument("--basis", choices=[b.value for b in LegalBasis], default="")
        parser.add_argument(
            "--proof", default="Fichier remis par le client à l’opérateur, importé par commande."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(reference=options["client"]).first()
        if company is None:
            raise CommandError(f"Aucun client ne porte la référence {options['client']}.")
        try:
            file = import_at_once(
                company_id=company.pk,
                original_name=options["file"].name,
                chunks=_chunks(options["file"]),
                actor=Actor.system("import_contacts"),
                now=clock.now,
                origin=Origin(options["basis"], options["proof"], None, None, attested=False),
            )
        except storage.FileTooLargeError as error:
            raise CommandError("Ce fichier dépasse la taille acceptée.") from error
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(_cannot_open(options["file"], error)) from error
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(refused_csv(file.pk))
        self.stdout.write(json.dumps(_figures(file)))
        sys.exit(0 if file.state == ContactFileState.IMPORTED else 1)


def _cannot_open(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"Le fichier « {path} » n’existe pas : vérifiez son nom et son dossier."
    if isinstance(error, PermissionError):
        return f"Ce compte n’a pas le droit de lire « {path} »."
    if isinstance(error, IsADirectoryError):
        return f"« {path} » est un dossier : indiquez le fichier lui-même."
    return f"« {path} » ne peut pas être lu : {error.strerror}."


def _figures(file: ContactFile) -> dict[str, Any]:
    return {
        "rows": file.rows_read,
        "accepted": file.accepted,
        "refused": file.refused,
        "duplicates": file.duplicates,
        "blank": file.blank_rows,
        "opposed": file.opposed,
        "file": file.pk,
    }


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            yield chunk
