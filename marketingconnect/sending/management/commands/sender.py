"""`marketingconnect sender`: send the campaigns whose hour has come, until told to stop."""

import asyncio
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketingconnect.dns import current_resolver
from marketingconnect.sending.engine.sender import Sender
from marketingconnect.sending.engine.smtp import Relay
from marketingconnect.sending.engine.way_out import Direct, ToRelay, WayOut
from marketingconnect.sending.mta_sts.sources import source_of
from marketingconnect.sending.mta_sts.trust import proving_context
from marketingconnect.sending.ways.policies import DestinationsError, destinations_of


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
        asyncio.run(sender_of(options["connections"]).run())


def sender_of(connections: int) -> Sender:
    """As the settings have it. Raises CommandError."""
    return Sender(
        way_out=_way_out(connections),
        spool_root=settings.SENDER_SPOOL,
        # Servers look the name of EHLO up (RFC 5321, 4.1.4): the sending domain has no address.
        our_name=settings.MAIL_HOST,
        retry_delays=settings.SENDER_RETRY_DELAYS,
        give_up_hours=settings.SENDER_GIVE_UP_HOURS,
    )


def _way_out(connections: int) -> WayOut:
    if settings.SENDER_WAY == "relay":
        return ToRelay(Relay.from_url(settings.SMTP_URL), connections=connections)
    path = Path(settings.DESTINATIONS) if settings.DESTINATIONS else None
    try:
        destinations = destinations_of(path)
    except (DestinationsError, OSError) as error:
        raise CommandError(f"MARKETINGCONNECT_DESTINATIONS : {error}") from error
    resolver, roots = current_resolver(), settings.TLS_ROOTS
    try:
        proving_context(roots)
    except OSError as error:
        raise CommandError(f"MARKETINGCONNECT_TLS_ROOTS : {error}") from error
    try:
        policies = source_of(settings.MTA_STS, resolver, roots=roots)
    except ValueError as error:
        raise CommandError(f"MARKETINGCONNECT_MTA_STS : {error}") from error
    port = settings.SENDER_PORT
    return Direct(destinations, resolver, port=port, policies=policies, roots=roots)
