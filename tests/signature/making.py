"""An authority, and documents that it signed."""

from datetime import UTC, datetime
from pathlib import Path

import typst

from marketingconnect.signature.authority.certificates import SignerIdentity
from marketingconnect.signature.providers.base import SignatureProvider
from marketingconnect.signature.providers.built_in import BuiltInProvider
from marketingconnect.signature.verification.certificates import Trust

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PASSPHRASE = "une phrase pour les clés"
ALICE = SignerIdentity(
    first_name="Alice",
    last_name="Essai",
    email="alice@example.org",
    company="Boulangerie Nadia",
    siren="900000019",
    reference="SIG-2026-000001",
)


def order_form() -> bytes:
    """The same bytes each time."""
    source = b"= Bon de commande\n#lorem(120)"
    made = typst.compile(source, ignore_system_fonts=True, pdf_standards=["a-3b"], timestamp=NOON)
    assert isinstance(made, bytes)
    return made


def authority(folder: Path) -> BuiltInProvider:
    return BuiltInProvider(folder / "authority", PASSPHRASE, "Atelier Postal", may_create=True)


def trust_of(provider: SignatureProvider, at: datetime = NOON) -> Trust:
    material = provider.trust(at=at)
    return Trust(material.root, material.timestamp_roots, material.revocation_lists)
