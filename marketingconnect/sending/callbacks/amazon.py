"""The line to Amazon: certificates and confirmations, over HTTPS, without following anybody."""

from functools import lru_cache
from http.client import HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from marketingconnect.sending.callbacks.errors import UnreachableProviderError

_PATIENCE: Final = 5
_LARGEST: Final = 64 * 1024


@lru_cache(maxsize=16)
def certificate_at(address: str) -> bytes:
    """A certificate; fetched once. Raises UnreachableProviderError."""
    return fetched(address)


def fetched(address: str) -> bytes:
    """What stands at an address that the caller checked. Raises UnreachableProviderError."""
    asked = urlsplit(address)
    connection = HTTPSConnection(asked.hostname or "", timeout=_PATIENCE)
    try:
        connection.request("GET", f"{asked.path}?{asked.query}" if asked.query else asked.path)
        answer = connection.getresponse()
        octets = answer.read(_LARGEST)
    except (OSError, HTTPException) as error:
        raise UnreachableProviderError(str(error)) from error
    finally:
        connection.close()
    if answer.status != 200:
        raise UnreachableProviderError(f"{answer.status}")
    return octets
