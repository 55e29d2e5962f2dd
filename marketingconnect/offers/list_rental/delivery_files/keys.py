"""The master key of fingerprints: derived from the versioned keys that the installation keeps."""

import hashlib
import hmac
from typing import Final

from django.conf import settings

_PURPOSE: Final = b"delivery fingerprints"


def newest_version() -> int:
    """The version that new fingerprints are made with."""
    return max(settings.SUPPRESSION_KEYS)


def master_key(version: int) -> bytes:
    """32 bytes; raises KeyError when the settings no longer hold that version."""
    return hmac.digest(settings.SUPPRESSION_KEYS[version].encode(), _PURPOSE, hashlib.sha256)
