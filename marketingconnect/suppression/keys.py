"""The keyed hash of an address: one key a controller, derived from a versioned master key.

Two clients' lists can so never be compared, and a list without its key says nothing of anybody.
"""

import hmac
from collections.abc import Callable

from django.conf import settings

from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.keyed_hash import beginnings, keyed_sha256
from marketingconnect.kernel.phone import normalise_phone
from marketingconnect.suppression.models import Channel, Scope

Digester = Callable[[str], bytes]


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
    key = _list_key(scope=scope, company_id=company_id, version=version)
    digest = keyed_sha256(key, f"{channel}\n".encode())
    return lambda address: digest(address.encode())


def hash_beginnings(
    *, channel: str, scope: str, company_id: int, version: int
) -> tuple[bytes, bytes]:
    """What HMAC-SHA256 hashes before the address, and before the hash of that, for other engines.

    The digest is sha256(second + sha256(first + address)). Raises KeyError like `digester`.
    """
    before_text, before_hash = beginnings(
        _list_key(scope=scope, company_id=company_id, version=version)
    )
    return before_text + f"{channel}\n".encode(), before_hash


def _list_key(*, scope: str, company_id: int, version: int) -> bytes:
    master = settings.SUPPRESSION_KEYS[version].encode()
    return hmac.digest(master, f"{scope}:{company_id}".encode(), "sha256")


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
