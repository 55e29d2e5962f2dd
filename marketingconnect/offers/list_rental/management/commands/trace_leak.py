"""Say which delivery a file was taken from; prints a report, then one line of JSON."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.reading.layout import UnreadableFileError
from marketingconnect.offers.list_rental.delivery_files.tracing.report import report_lines
from marketingconnect.offers.list_rental.delivery_files.tracing.services import trace_leak


class Command(BaseCommand):
    """The answer is also in the journal."""

    help = "Dit de quelle livraison provient un fichier trouvé ailleurs (CSV, TXT, XLSX, ZIP)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier à comparer aux livraisons")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Fichier introuvable : {path}")
        try:
            report = trace_leak(path, actor=Actor.system("trace_leak"), now=clock.now())
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        for line in report_lines(report):
            self.stdout.write(line)
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
