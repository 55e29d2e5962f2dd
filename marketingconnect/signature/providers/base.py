"""What a signature provider must be able to do (CGV II.3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from marketingconnect.signature.authority.certificates import SignerIdentity


class Lacking(StrEnum):
    """What a signature waits for."""

    CERTIFICATE = "certificate"
    TIMESTAMP = "timestamp"


class ProviderUnavailableError(Exception):
    """Nothing was signed, and trying again may succeed."""

    def __init__(self, lacking: Lacking, detail: str) -> None:
        super().__init__(f"{lacking}: {detail}")
        self.lacking = lacking
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TrustMaterial:
    """What an offline reader needs, DER each: our root, outside timestamp roots, fresh lists."""

    root: bytes
    timestamp_roots: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signed document, and when: as its timestamp says, never as our clock does."""

    content: bytes
    signed_at: datetime
    certificate_serial: str
    policy_version: int
    trust: TrustMaterial
    """The lists are those in force at that time: later ones would not cover it."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Over a content kept beside: its timestamp, and a detached CMS signature; both DER."""

    timestamp: bytes
    signature: bytes


class SignatureProvider(Protocol):
    """A provider, or a module that guards keys (HSM). It raises ProviderUnavailableError alone."""

    def sign(self, pdf: bytes, who: SignerIdentity, *, reason: str, at: datetime) -> SignedPdf:
        """Sign a PDF for one person with a certificate made for that, and timestamp it."""

    def seal_pdf(self, pdf: bytes, *, reason: str, at: datetime) -> SignedPdf:
        """Sign a PDF in the platform's own name, and timestamp it."""

    def seal(self, content: bytes, *, at: datetime) -> Seal:
        """Timestamp and sign a content in the platform's own name."""

    def trust(self, *, at: datetime) -> TrustMaterial:
        """The certificates and revocation lists to keep beside what was signed."""
