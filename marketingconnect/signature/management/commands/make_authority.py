"""``marketingconnect make_authority``: make the keys of signatures once, or say whose they are."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketingconnect import clock
from marketingconnect.signature.authority import keyring


class Command(BaseCommand):
    help = "Crée l’autorité de signature, si elle manque, et donne l’empreinte à publier."

    def handle(self, *args: Any, **options: Any) -> None:
        folder, passphrase = Path(settings.AUTHORITY_DIR), settings.AUTHORITY_PASSPHRASE
        if not passphrase:
            raise CommandError("MARKETINGCONNECT_AUTHORITY_PASSPHRASE doit être fourni.")
        if not folder.exists():
            keyring.create(folder, passphrase, name=settings.AUTHORITY_NAME, now=clock.now())
        try:
            root = keyring.load(folder, passphrase).root
        except keyring.KeyringError as error:
            raise CommandError(f"Autorité illisible dans {folder} : {error}.") from error
        self.stdout.write(f"Autorité : {folder}")
        self.stdout.write(f"Valable jusqu’au {root.certificate.not_valid_after_utc:%Y-%m-%d}")
        self.stdout.write(f"Empreinte SHA-256 : {sha256(root.der).hexdigest()}")
