"""``marketingconnect demo_base``: the demo's base and what its clients rented from it."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketingconnect import clock
from marketingconnect.base.errors import BaseError


class Command(BaseCommand):
    """The same command again goes on where it was stopped; done, it does nothing."""

    help = "Fabrique et importe la base de démonstration, puis les locations de ses clients."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError("Les données de démonstration ne se chargent qu’en mode démo.")
        from marketingconnect.demo.data.base import load_base
        from marketingconnect.demo.data.base_campaigns import (
            load_base_campaigns,
            load_past_base_campaigns,
        )
        from marketingconnect.demo.data.rentals import load_rentals

        begun = time.monotonic()
        try:
            load_base(clock.now, say=self._say)
        except BaseError as error:
            raise CommandError(str(error)) from error
        load_past_base_campaigns(clock.now())
        load_rentals(clock.now())
        load_base_campaigns(clock.now())
        self._say(f"base de démonstration prête en {time.monotonic() - begun:.0f} s")

    def _say(self, line: str) -> None:
        self.stdout.write(f"{time.strftime('%H:%M:%S')} {line}")
        self.stdout.flush()
