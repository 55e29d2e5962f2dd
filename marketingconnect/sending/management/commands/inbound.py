"""`marketingconnect inbound`: receive the mails that come back, until told to stop."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.sending.reception import serve


class Command(BaseCommand):
    """Behind the operator's own mail server, which hands over what is for our domain."""

    help = "Reçoit les retours de courrier (refus, plaintes, absences), en SMTP ou en LMTP."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
        parser.add_argument("--port", type=int, default=2526, help="port (2526)")
        parser.add_argument("--lmtp", action="store_true", help="parle LMTP au lieu de SMTP")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, domain = options["host"], options["port"], settings.SENDING_DOMAIN
        try:
            asyncio.run(serve(host, port, domain=domain, lmtp=options["lmtp"]))
        except OSError as error:
            raise CommandError(f"Le port {port} ne s’ouvre pas : {error.strerror}.") from error
