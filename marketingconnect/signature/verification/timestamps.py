"""A timestamp token (RFC 3161): what it covers, when, by whom."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import tsp

from marketingconnect.signature.verification import messages
from marketingconnect.signature.verification.certificates import (
    Trust,
    check_chain,
    check_none_is_idle,
    check_not_revoked,
    check_usage,
    load_certificate,
)
from marketingconnect.signature.verification.errors import (
    InvalidSignatureError,
    refusing_the_unreadable,
)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An instant that an authority vouches for."""

    at: datetime
    authority: str
    serial: int


def check_timestamp(token: bytes, content: bytes, trust: Trust) -> Timestamp:
    """The token is one of a trusted authority over this content; InvalidSignatureError."""
    with refusing_the_unreadable("un horodatage"):
        return _checked(token, content, trust)


def _checked(token: bytes, content: bytes, trust: Trust) -> Timestamp:
    message = messages.read(token, own_form=False)
    is_own = message.signer.issuer == load_certificate(trust.root).subject
    if is_own:
        message = messages.read(token, own_form=True)
    information = _information(message)
    _check_imprint(information["message_imprint"], content)
    message.check(messages.digest_of(message, message.content or b""))
    at = information["gen_time"].native
    roots = [trust.root] if is_own else list(trust.timestamp_roots)
    chain = check_chain(message.signer, message.certificates, roots, at)
    check_usage(message.signer, timestamps=True)
    if is_own:
        check_none_is_idle(message.certificates, chain)
    if is_own or trust.revocation_lists[1:]:
        check_not_revoked(chain, trust.revocation_lists, at)
    return Timestamp(
        at, message.signer.subject.rfc4514_string(), information["serial_number"].native
    )


def _information(message: messages.Message) -> Any:
    if message.kind != "tst_info" or message.content is None:
        raise InvalidSignatureError("ce n’est pas un horodatage")
    with refusing_the_unreadable("un horodatage"):
        information = tsp.TSTInfo.load(message.content, strict=True)
        information.native  # noqa: B018  every field can be read
    return information


def _check_imprint(imprint: Any, content: bytes) -> None:
    name = imprint["hash_algorithm"]["algorithm"].native
    if name not in {"sha256", "sha384", "sha512"}:
        raise InvalidSignatureError(f"l’empreinte {name} n’est pas admise")
    if imprint["hashed_message"].native != hashlib.new(name, content).digest():
        raise InvalidSignatureError("l’horodatage porte sur autre chose")
