"""`marketingconnect publish_terms`: publish what ships and is not yet in the database."""

from typing import Any

from django.core.management.base import BaseCommand

from marketingconnect import clock
from marketingconnect.terms.services import ensure_terms_published


class Command(BaseCommand):
    """Safe to run at every start and after every upgrade."""

    help = "Publie les versions des CGV livrées avec le produit et complète les données légales."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, then say which version is the latest and its hash."""
        version = ensure_terms_published(clock.now())
        self.stdout.write(f"CGV version {version.number} · SHA-256 {version.sha256}")
