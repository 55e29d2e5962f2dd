"""DKIM signatures (RFC 6376, relaxed/relaxed; Ed25519 by RFC 8463) of rendered messages. Pure.

The rendered body is in relaxed form already; headers are brought to it. What a signature covers is
one string of bytes; its SHA-256 is the seal: a signature made earlier belongs to a message only
when the seals are equal.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from marketingconnect.sending.message.compiled import RenderedMessage

_OVERSIGNED: Final = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"mime-version",
    b"content-type",
)
"""Named once more than they stand in the message: none can be added on the way."""
_SIGNED: Final = (b"list-id", b"feedback-id")
_FOLDED: Final = re.compile(rb"\r\n(?=[ \t])")
_BLANKS: Final = re.compile(rb"[ \t]+")
_PADDING: Final = PKCS1v15()
_HASHED: Final = Prehashed(SHA256())
_PER_LINE: Final = 70
PrivateKey = RSAPrivateKey | Ed25519PrivateKey


class Algorithm(StrEnum):
    """What a key signs with, as the tag `a=` writes it."""

    RSA = "rsa-sha256"
    ED25519 = "ed25519-sha256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key in use: `domain` and `selector` say where its public half is published."""

    id: int
    domain: str
    selector: str
    private: PrivateKey

    @property
    def algorithm(self) -> Algorithm:
        return Algorithm.RSA if isinstance(self.private, RSAPrivateKey) else Algorithm.ED25519


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """A signature made ahead: `at` in seconds since 1970, `seal` over all that it covers."""

    key_id: int
    at: int
    seal: bytes
    octets: bytes


class Signer:
    """Signs the messages of one campaign with each key of its domain."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self.keys = tuple(keys)

    @property
    def is_slow(self) -> bool:
        """Whether a signature takes long enough to be made beside the event loop."""
        return any(key.algorithm is Algorithm.RSA for key in self.keys)

    def signed(
        self, message: RenderedMessage, *, at: int, stored: Sequence[StoredSignature] = ()
    ) -> RenderedMessage:
        """The message with its signatures on top. One made ahead serves only when its seal fits."""
        headers = _canonical(message.header)
        names, lines = _covered(headers)
        body_hash = base64.b64encode(sha256(message.body).digest())
        ahead = {one.key_id: one for one in stored}
        tops = []
        for key in self.keys:
            made = ahead.get(key.id)
            top = _unsigned(key, made.at if made else at, names, body_hash)
            seal = _seal(lines, top)
            if made and made.seal != seal:
                top = _unsigned(key, at, names, body_hash)
                seal, made = _seal(lines, top), None
            tops.append(top + _written(made.octets if made else _signature(key, seal)))
        return replace(message, header=b"".join(tops) + message.header)

    def ahead(self, message: RenderedMessage, *, at: int) -> list[StoredSignature]:
        """Only the signatures, to be kept until the hour."""
        names, lines = _covered(_canonical(message.header))
        body_hash = base64.b64encode(sha256(message.body).digest())
        made = []
        for key in self.keys:
            seal = _seal(lines, _unsigned(key, at, names, body_hash))
            made.append(StoredSignature(key.id, at, seal, _signature(key, seal)))
        return made


def _signature(key: SigningKey, seal: bytes) -> bytes:
    """Both algorithms sign the SHA-256 of what is covered."""
    if isinstance(key.private, RSAPrivateKey):
        return key.private.sign(seal, _PADDING, _HASHED)
    return key.private.sign(seal)


def _canonical(header: bytes) -> dict[bytes, bytes]:
    """Relaxed form (RFC 6376, 3.4.2) by lower-case name; each stands once in our messages."""
    lines: dict[bytes, bytes] = {}
    for line in _FOLDED.sub(b"", header).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            lines[name.strip().lower()] = _BLANKS.sub(b" ", value).strip()
    return lines


def _covered(headers: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """The names of `h=`, and the lines that the signature covers before its own."""
    present = [name for name in (*_OVERSIGNED, *_SIGNED) if name in headers]
    lines = b"".join(name + b":" + headers[name] + b"\r\n" for name in present)
    return b":".join([*present, *_OVERSIGNED]), lines


def _unsigned(key: SigningKey, at: int, names: bytes, body_hash: bytes) -> bytes:
    """The header up to `b=`, folded where the relaxed form has one blank."""
    return (
        b"DKIM-Signature: v=1; a=" + key.algorithm.encode() + b"; c=relaxed/relaxed;\r\n"
        b" d=" + key.domain.encode() + b"; s=" + key.selector.encode() + b";\r\n"
        b" t=%d; bh=" % at + body_hash + b";\r\n"
        b" h=" + _folded_names(names) + b";\r\n b="
    )


def _folded_names(names: bytes) -> bytes:
    """Folded after a colon: blanks there are part of what is signed."""
    rows = [b""]
    for name in names.split(b":"):
        if rows[-1] and len(rows[-1]) + len(name) > _PER_LINE:
            rows.append(b"")
        rows[-1] += name + b":"
    return b"\r\n ".join(rows).removesuffix(b":")


def _seal(lines: bytes, top: bytes) -> bytes:
    value = _BLANKS.sub(b" ", _FOLDED.sub(b"", top.partition(b":")[2])).strip()
    return sha256(lines + b"dkim-signature:" + value).digest()


def _written(signature: bytes) -> bytes:
    text = base64.b64encode(signature)
    rows = [text[start : start + _PER_LINE] for start in range(0, len(text), _PER_LINE)]
    return b"\r\n ".join(rows) + b"\r\n"
