"""The versions of the signature policy: what a signature of that version is made of.

A new version changes what is made from then on. Evidence names its version and carries all that is
needed to check it, so that no old version is ever taken out of this table (CGV II.3).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePolicy:
    """Lifetimes of what the authority makes. `oid` is below the arc of a UUID (ITU-T X.667)."""

    version: int
    oid: str
    signature_format: str
    root_life: timedelta
    service_life: timedelta
    """Of the certificates of the timestamp authority and of the seal."""
    signer_life: timedelta
    """Of a certificate made on the fly: it signs once, at once."""
    revocation_list_life: timedelta
    clock_tolerance: timedelta
    """A certificate begins this much earlier, for readers whose clock is late."""


POLICIES: Final = {
    1: SignaturePolicy(
        version=1,
        oid="2.25.196204837459236541382276815943024617733.1",
        signature_format="PAdES-B-LT, ECDSA P-256, SHA-256, RFC 3161",
        root_life=timedelta(days=20 * 365),
        service_life=timedelta(days=5 * 365),
        signer_life=timedelta(minutes=10),
        revocation_list_life=timedelta(days=7),
        clock_tolerance=timedelta(minutes=5),
    )
}
CURRENT: Final = POLICIES[1]
