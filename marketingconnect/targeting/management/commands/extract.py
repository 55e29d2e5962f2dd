"""`marketingconnect extract`: what a delivery of some criteria would hold, for the staff."""

from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.clock import now
from marketingconnect.targeting.criteria import InvalidCriteriaError
from marketingconnect.targeting.desk import DeskError
from marketingconnect.targeting.management.commands._criteria import read_criteria
from marketingconnect.targeting.staff_extracts import FORMATS, extract_to_file

_MOST: Final = 5_000_000


class Command(BaseCommand):
    """The file belongs to whoever runs this; the journal keeps who, what and how many."""

    help = "Écrit dans un fichier ce qu’une livraison d’un ciblage contiendrait (journalisé)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--criteria", required=True, help="fichier JSON, ou - pour l’entrée")
        parser.add_argument("--limit", type=int, required=True, help="lignes au plus")
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument(
            "--out", required=True, help="fichier à écrire, qui n’existe pas encore"
        )
        parser.add_argument("--company", type=int, help="numéro du client, pour ses exclusions")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["limit"] <= _MOST:
            raise CommandError(f"--limit va de 1 à {_MOST}.")
        criteria = read_criteria(options["criteria"])
        target = Path(options["out"])
        try:
            written = extract_to_file(
                criteria,
                target,
                limit=options["limit"],
                format=options["format"],
                company_id=options["company"],
                now=now(),
            )
        except (DeskError, InvalidCriteriaError) as error:
            raise CommandError(str(error)) from error
        except FileExistsError as error:
            raise CommandError(f"« {target} » existe déjà : choisissez un autre nom.") from error
        except OSError as error:
            raise CommandError(f"« {target} » ne peut pas être écrit : {error}.") from error
        self.stdout.write(f"{written} lignes dans {target}.")
