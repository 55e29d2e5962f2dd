"""`marketingconnect verify_journal`: exit 0 when the journal is intact, 1 at the first break."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.verification import Break, verify


class Command(BaseCommand):
    help = "Vérifie que le journal n’a été ni modifié, ni tronqué."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            metavar="N:EMPREINTE",
            help="une écriture et son empreinte, notées lors d’une vérification antérieure",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify()
        if result.first_break:
            raise CommandError(_words_for(result.first_break), returncode=1)
        if options["expect"]:
            _compare_with(options["expect"])
        self.stdout.write(f"Journal intact : {result.entries} écriture(s) vérifiée(s).")
        self.stdout.write(f"À noter pour plus tard : {result.entries}:{result.last_hash}")


def _words_for(broken: Break) -> str:
    entry = JournalEntry.objects.filter(position=broken.position).first()
    what = f" ({entry.action}, {entry.subject}, {entry.at:%Y-%m-%d %H:%M:%S} UTC)" if entry else ""
    return f"Journal rompu à l’écriture n° {broken.position}{what} : {broken.reason}."


def _compare_with(noted: str) -> None:
    """An earlier note catches even a journal rewritten from end to end."""
    position, _, expected = noted.partition(":")
    if not position.isdecimal() or len(expected) != 64:
        raise CommandError("--expect s’écrit N:EMPREINTE, comme affiché par une vérification.")
    entry = JournalEntry.objects.filter(position=int(position)).first()
    if entry is None or entry.hash != expected:
        raise CommandError(
            f"Journal réécrit : l’écriture n° {position} n’a plus l’empreinte notée.", returncode=1
        )
