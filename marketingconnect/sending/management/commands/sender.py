"""`marketingconnect sender`: send the campaigns whose hour has come, until told to stop."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from marketingconnect.sending.engine.sender import Sender
from marketingconnect.sending.engine.smtp import Relay


class Command(BaseCommand):
    """Any number of senders may run, on any number of machines."""

    help = "Envoie les campagnes dont l’heure est venue, jusqu’à l’arrêt demandé."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--connections",
            type=int,
            default=settings.SENDER_CONNECTIONS,
            help="connexions tenues ouvertes vers le relais",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sender = Sender(
            relay=Relay.from_url(settings.SMTP_URL),
            spool_root=settings.SENDER_SPOOL,
            our_name=settings.SENDING_DOMAIN,
            connections=options["connections"],
            retry_delays=settings.SENDER_RETRY_DELAYS,
        )
        asyncio.run(sender.run())
