"""`marketingconnect close_month 2026-10 --by ines@example.org`: freeze a month for ever."""

from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect import clock
from marketingconnect.accounts.models import User
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.ledger.errors import ClosingRefusedError
from marketingconnect.ledger.services import close_month


class Command(BaseCommand):
    help = "Clôture un mois : ses écritures sont numérotées et plus rien n’y est daté."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", type=_month, metavar="AAAA-MM")
        parser.add_argument("--by", required=True, metavar="E-MAIL", help="qui, en comptabilité")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = User.objects.get(email=options["by"])
            closed = close_month(options["month"], by=by, now=clock.now())
        except User.DoesNotExist as error:
            raise CommandError(f"Personne n’a l’adresse {options['by']}.") from error
        except ClosingRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Mois {closed.month:%m/%Y} clôturé : {format_number_fr(closed.entries)} écriture(s), "
            f"{Money(closed.debit_cents)} au débit comme au crédit."
        )


def _month(text: str) -> date:
    return datetime.strptime(f"{text}-01", "%Y-%m-%d").date()  # noqa: DTZ007 - a month, no hour
