"""Mailgun signs a moment and a random token, not what it tells: each token opens once. Pure."""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from marketingconnect.sending.callbacks.errors import ForgedCallbackError

OLDEST: Final = timedelta(hours=9)
"""It repeats itself for eight hours when nobody answers."""
_AHEAD: Final = timedelta(minutes=5)
_SECONDS: Final = re.compile(r"\d{1,11}", re.A)
_HEX: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class SignedMoment:
    """What was signed; `token` is a random word that Mailgun never gives twice."""

    token: str
    at: datetime


def signed_moment(body: bytes, *, key: str, now: datetime) -> SignedMoment:
    """HMAC-SHA256 of timestamp and token under the webhook signing key, and not too old.

    Raises ForgedCallbackError.
    """
    told = _signature(body)
    timestamp, token = str(told.get("timestamp", "")), str(told.get("token", ""))
    if not key or not token or len(token) > 200 or not _SECONDS.fullmatch(timestamp):
        raise ForgedCallbackError("no signature")
    signatures = [str(told.get(name, "")) for name in ("signature", "parent-signature")]
    expected = hmac.digest(key.encode(), f"{timestamp}{token}".encode(), "sha256").hex()
    if not any(_same(one, expected) for one in signatures):
        raise ForgedCallbackError("another signature")
    try:
        at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ForgedCallbackError("no moment") from error
    if not now - OLDEST <= at <= now + _AHEAD:
        raise ForgedCallbackError("not of now")
    return SignedMoment(token, at)


def _signature(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ForgedCallbackError("not JSON") from error
    found = told.get("signature") if isinstance(told, dict) else None
    return found if isinstance(found, dict) else {}


def _same(told: str, expected: str) -> bool:
    return bool(_HEX.fullmatch(told)) and hmac.compare_digest(told.lower(), expected)
