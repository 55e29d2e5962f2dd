"""Amazon SNS signs with a certificate of its own, fetched from Amazon and nowhere else. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import Certificate, load_pem_x509_certificate

from marketingconnect.sending.callbacks.errors import ForgedCallbackError

Fetch = Callable[[str], bytes]
_HOST: Final = r"https://sns\.[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?"
_CERTIFICATE: Final = re.compile(rf"{_HOST}/SimpleNotificationService-[0-9a-f]{{8,64}}\.pem", re.A)
_CONFIRMATION: Final = re.compile(
    rf"{_HOST}/\?Action=ConfirmSubscription&[\w.:%=&~-]{{1,2000}}", re.A
)
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303  version 1 of Amazon's scheme
_NOTIFIED: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMED: Final = (
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)
_SIGNED: Final = {
    "Notification": _NOTIFIED,
    "SubscriptionConfirmation": _CONFIRMED,
    "UnsubscribeConfirmation": _CONFIRMED,
}


def signed_fields(
    body: bytes, *, topics: Collection[str], fetch: Fetch, now: datetime
) -> dict[str, str]:
    """The fields that Amazon signed, for a topic of ours.

    The topic counts: anybody can have a topic, whose messages Amazon signs as well. Raises
    ForgedCallbackError, and what `fetch` raises.
    """
    told = _fields(body)
    names, algorithm = (
        _SIGNED.get(told.get("Type", "")),
        _HASHES.get(told.get("SignatureVersion", "")),
    )
    if names is None or algorithm is None or told.get("TopicArn", "") not in topics:
        raise ForgedCallbackError("another topic or scheme")
    address = told.get("SigningCertURL", "")
    if not _CERTIFICATE.fullmatch(address):
        raise ForgedCallbackError("a certificate from elsewhere")
    signed = {name: told[name] for name in names if name in told}
    _verify(signed, told.get("Signature", ""), algorithm, _certificate(fetch(address), now))
    return signed


def confirmation_in(fields: dict[str, str]) -> str:
    """The address to open to hear a topic; empty for any other message. Raises
    ForgedCallbackError when it leads elsewhere than to Amazon."""
    if fields["Type"] != "SubscriptionConfirmation":
        return ""
    address = fields.get("SubscribeURL", "")
    if not _CONFIRMATION.fullmatch(address):
        raise ForgedCallbackError("a confirmation elsewhere")
    return address


def _fields(body: bytes) -> dict[str, str]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ForgedCallbackError("not JSON") from error
    if not isinstance(told, dict):
        raise ForgedCallbackError("no fields")
    return {name: value for name, value in told.items() if isinstance(value, str)}


def _certificate(pem: bytes, now: datetime) -> Certificate:
    try:
        found = load_pem_x509_certificate(pem)
    except ValueError as error:
        raise ForgedCallbackError("no certificate") from error
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise ForgedCallbackError("a certificate of another time")
    return found


def _verify(
    signed: dict[str, str],
    signature: str,
    algorithm: hashes.HashAlgorithm,
    certificate: Certificate,
) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ForgedCallbackError("another kind of key")
    octets = "".join(f"{name}\n{value}\n" for name, value in signed.items())
    try:
        told = base64.b64decode(signature, validate=True)
        key.verify(told, octets.encode("utf-8", "surrogatepass"), padding.PKCS1v15(), algorithm)
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise ForgedCallbackError("another signature") from error
