"""Lists brought in as the platform does it, in a storage of their own."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.rules import LegalBasis, Origin
from marketingconnect.contacts.services.whole import import_at_once
from tests.cast import Cast

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
NADIA = Actor.user(1, "Nadia")
ORIGIN = Origin(
    LegalBasis.CONSENT, "Bulletins remplis en boutique", date(2025, 1, 1), date(2026, 6, 1), True
)

Bring = Callable[..., ContactFile]


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def bring(cast: Cast) -> Bring:
    """Import bytes, or the file at a path, for the bakery."""

    def import_now(content: bytes | Path, name: str = "liste.csv") -> ContactFile:
        return import_at_once(
            company_id=cast.bakery.pk,
            original_name=name,
            chunks=[content if isinstance(content, bytes) else content.read_bytes()],
            actor=NADIA,
            now=lambda: NOON,
            origin=ORIGIN,
        )

    return import_now
