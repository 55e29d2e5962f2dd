"""Codes sent by SMS: drawn at random, kept as a keyed hash alone."""

import hashlib
import hmac
import secrets
from typing import Final

from django.conf import settings

_PURPOSE: Final = b"signature code"


def new_code(digits: int) -> str:
    """As many digits, each number as likely as another."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def hash_code(code: str, *, salt: str, request_key: str, document_sha256: str) -> str:
    """HMAC-SHA-256 in hexadecimal: of use for this request and this document alone.

    A code has too few digits for a plain hash: with the table alone, nobody finds it back.
    """
    key = hashlib.sha256(_PURPOSE + settings.SECRET_KEY.encode()).digest()
    said = "|".join([salt, request_key, document_sha256, code])
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def matches(expected: str, found: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(expected, found)
