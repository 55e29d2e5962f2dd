"""What is kept of an address once it is erased: under which digests it would oppose.

The lists that bind a campaign hash an address under keys of their own, so one digest a list is
kept, 32 bytes each, in the order of `scopes_for`. They oppose the person, and tell nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.suppression.keys import canonical, digester, newest_version, scopes_for
from marketingconnect.suppression.models import Suppression

_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class SealedAddress:
    """An address that nobody can read again; `to_base` and `company_id` as when it was sealed."""

    channel: str
    company_id: int
    to_base: bool
    digests: bytes
    key_version: int

    def digest_for(self, scope: str, company_id: int) -> bytes:
        """Raises LookupError for a list that did not bind the campaign."""
        for place, known in enumerate(scopes_for(self.company_id, to_base=self.to_base)):
            if known == (scope, company_id):
                return self.digests[place * _SIZE : (place + 1) * _SIZE]
        raise LookupError(f"{scope} {company_id}")


def seal(
    *, channel: str, company_id: int, to_base: bool, version: int | None = None
) -> Callable[[str], bytes]:
    """A function from an address to its digests, under the newest key unless told otherwise.

    Raises KeyError when the settings no longer hold the key of `version`.
    """
    number = newest_version() if version is None else version
    makers = [
        digester(channel=channel, scope=scope, company_id=owner, version=number)
        for scope, owner in scopes_for(company_id, to_base=to_base)
    ]

    def digests(address: str) -> bytes:
        try:
            person = canonical(channel, address)
        except InvalidValueError:
            person = address
        return b"".join(make(person) for make in makers)

    return digests


def suppress_sealed(
    address: SealedAddress, *, scope: str, company_id: int, reason: str, at: datetime
) -> bool:
    """CGV B.5: oppose an address that is erased; True when it was not opposed yet.

    Safe to repeat; the first reason and date stay. Raises LookupError as `digest_for`.
    """
    _, created = Suppression.objects.get_or_create(
        scope=scope,
        company_id=company_id,
        channel=address.channel,
        digest=address.digest_for(scope, company_id),
        defaults={"key_version": address.key_version, "reason": reason, "since": at},
    )
    return created
