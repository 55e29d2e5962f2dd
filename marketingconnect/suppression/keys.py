"""The keyed hash of an address: one key a controller, derived from a versioned master key.

Two clients' lists can so never be compared, and a list without its key says nothing of anybody.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from django.conf import settings

from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import normalise_phone
from marketingconnect.suppression.models import Channel, Scope

Digester = Callable[[str], bytes]

_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


def newest_version() -> int:
    """The version of the master key that new oppositions are written with."""
    return max(settings.SUPPRESSION_KEYS)


def readable_versions() -> list[int]:
    """Every version whose oppositions can still be recognised."""
    return sorted(settings.SUPPRESSION_KEYS)


def digester(*, channel: str, scope: str, company_id: int, version: int) -> Digester:
    """A function from a canonical address to its HMAC-SHA256 (32 bytes), half a microsecond each.

    Raises KeyError when the settings no longer hold the key of `version`.
    """
    # HMAC spelled out: its two hashes are primed once, which is three times faster per address.
    inner, outer = map(
        hashlib.sha256,
        hash_beginnings(channel=channel, scope=scope, company_id=company_id, version=version),
    )

    def digest(address: str) -> bytes:
        first = inner.copy()
        first.update(address.encode())
        second = outer.copy()
        second.update(first.digest())
        return second.digest()

    return digest


def hash_beginnings(
    *, channel: str, scope: str, company_id: int, version: int
) -> tuple[bytes, bytes]:
    """What HMAC-SHA256 hashes before the address, and before the hash of that, for other engines.

    The digest is sha256(second + sha256(first + address)). Raises KeyError like `digester`.
    """
    master = settings.SUPPRESSION_KEYS[version].encode()
    key = hmac.digest(master, f"{scope}:{company_id}".encode(), "sha256").ljust(_BLOCK, b"\0")
    return key.translate(_INNER) + f"{channel}\n".encode(), key.translate(_OUTER)


def canonical(channel: str, address: str) -> str:
    """The one spelling under which an address is opposed. Raises InvalidValueError."""
    if channel == Channel.EMAIL:
        return normalise_email(address)
    if channel in {Channel.SMS, Channel.PHONE}:
        return normalise_phone(address).e164
    kept = " ".join(address.upper().split())
    if not kept:
        raise InvalidValueError("address_empty", "L’adresse manque.")
    return kept


def scopes_for(company_id: int, *, to_base: bool = False) -> list[tuple[str, int]]:
    """The lists that a client must respect: its own and everyone's; the operator's for its base."""
    own: list[tuple[str, int]] = [(Scope.CLIENT, company_id), (Scope.EVERYONE, 0)]
    return [*own, (Scope.OPERATOR, 0)] if to_base else own
