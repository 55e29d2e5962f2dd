"""DKIM signatures (RFC 6376, relaxed/relaxed; Ed25519 by RFC 8463) of rendered messages. Pure.

The rendered body is in relaxed form already; headers are brought to it. A signature made earlier
bears a seal, the SHA-256 of all that it stands on as it was rendered: it belongs to a message only
when the seals are equal, which costs less than finding out what it covers.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

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
_SHARED_FROM: Final = b"\r\nFrom: "
_KEPT_CAMPAIGNS: Final = 64
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


class StoredSignature(NamedTuple):
    """A signature made ahead: `at` in seconds since 1970, `seal` over the message as rendered."""

    key_id: int
    at: int
    seal: bytes
    octets: bytes


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all messages of a campaign have in common: lines covered, and the tops of each key."""

    lines: bytes
    tops: tuple[tuple[SigningKey, "_Top"], ...]


@dataclass(frozen=True, slots=True)
class _Top:
    """A signature's own header around `t=` and `bh=`, as written and in relaxed form."""

    opening: bytes
    names: bytes
    relaxed_opening: bytes
    relaxed_names: bytes

    def written(self, at: int, body_hash: bytes) -> bytes:
        return b"%s%d; bh=%s%s" % (self.opening, at, body_hash, self.names)

    def covered(self, lines: bytes, at: int, body_hash: bytes) -> bytes:
        """The digest that is signed."""
        parts = (lines, self.relaxed_opening, at, body_hash, self.relaxed_names)
        return sha256(b"%s%s%d; bh=%s%s" % parts).digest()

    def seal(self, header: bytes, written: bytes) -> bytes:
        """Of a message and of this signature's own header, `written` up to `b=`."""
        return sha256(written + header).digest()


class Signer:
    """Signs messages with each key of their domain."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self.keys = tuple(keys)
        self._shared: dict[bytes, _Shared] = {}

    @property
    def is_slow(self) -> bool:
        """Whether a signature takes long enough to be made beside the event loop."""
        return any(key.algorithm is Algorithm.RSA for key in self.keys)

    def signed(
        self, message: RenderedMessage, *, at: int, stored: Sequence[StoredSignature] = ()
    ) -> RenderedMessage:
        """The message with its signatures on top. One made ahead serves only when its seal fits."""
        shared, body_hash = self._shared_by(message), _digest(message.body)
        tops, lines = [], b""
        for key, top in shared.tops:
            made = _of_key(key.id, stored)
            if made is not None:
                written = top.written(made.at, body_hash)
                if made.seal == top.seal(message.header, written):
                    tops.append(written + _written(made.octets))
                    continue
            lines = lines or _lines(message, shared)
            octets = _signature(key, top.covered(lines, at, body_hash))
            tops.append(top.written(at, body_hash) + _written(octets))
        header = b"".join(tops) + message.header
        return RenderedMessage(message.return_path, message.to, header, message.body)

    def ahead(self, message: RenderedMessage, *, at: int) -> list[StoredSignature]:
        """Only the signatures, to be kept until the hour."""
        shared, body_hash = self._shared_by(message), _digest(message.body)
        lines = _lines(message, shared)
        made = []
        for key, top in shared.tops:
            octets = _signature(key, top.covered(lines, at, body_hash))
            seal = top.seal(message.header, top.written(at, body_hash))
            made.append(StoredSignature(key.id, at, seal, octets))
        return made

    def _shared_by(self, message: RenderedMessage) -> _Shared:
        """The campaign's part, made once; the recipient's own lines stand before the From."""
        place = message.header.index(_SHARED_FROM) + 2
        fixed = message.header[place:]
        shared = self._shared.get(fixed)
        if shared is None:
            if len(self._shared) >= _KEPT_CAMPAIGNS:
                self._shared.clear()
            own = list(_canonical(message.header[:place]))
            shared = self._shared[fixed] = self._of_campaign(own, fixed)
        return shared

    def _of_campaign(self, own: list[bytes], fixed: bytes) -> _Shared:
        headers = _canonical(fixed)
        present = [name for name in (*_OVERSIGNED, *_SIGNED) if name in headers]
        lines = b"".join(b"%s:%s\r\n" % (name, headers[name]) for name in present)
        names = b":".join([*own, *present, *_OVERSIGNED])
        return _Shared(lines, tuple((key, _top(key, names)) for key in self.keys))


def _of_key(key_id: int, stored: Sequence[StoredSignature]) -> StoredSignature | None:
    for one in stored:
        if one.key_id == key_id:
            return one
    return None


def _lines(message: RenderedMessage, shared: _Shared) -> bytes:
    """What the signatures cover of the header, in relaxed form."""
    place = message.header.index(_SHARED_FROM) + 2
    own = _canonical(message.header[:place])
    return b"".join([b"%s:%s\r\n" % one for one in own.items()]) + shared.lines


def _digest(body: bytes) -> bytes:
    return base64.b64encode(sha256(body).digest())


def _signature(key: SigningKey, seal: bytes) -> bytes:
    """Both algorithms sign the SHA-256 of what is covered."""
    if isinstance(key.private, RSAPrivateKey):
        return key.private.sign(seal, _PADDING, _HASHED)
    return key.private.sign(seal)


def _canonical(header: bytes) -> dict[bytes, bytes]:
    """Relaxed form (RFC 6376, 3.4.2) by lower-case name; each stands once in our messages."""
    lines: dict[bytes, bytes] = {}
    if b"\r\n " in header or b"\r\n\t" in header:
        header = _FOLDED.sub(b"", header)
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            if b"  " in value or b"\t" in value:
                value = _BLANKS.sub(b" ", value)
            lines[name.strip().lower()] = value.strip()
    return lines


def _top(key: SigningKey, names: bytes) -> _Top:
    """Folded where the relaxed form has one blank."""
    opening = b"DKIM-Signature: v=1; a=%s; c=relaxed/relaxed;\r\n d=%s; s=%s;\r\n t=" % (
        key.algorithm.encode(),
        key.domain.encode(),
        key.selector.encode(),
    )
    closing = b";\r\n h=" + _folded_names(names) + b";\r\n b="
    relaxed = _FOLDED.sub(b"", opening).replace(b"DKIM-Signature: ", b"dkim-signature:")
    return _Top(opening, closing, relaxed, _FOLDED.sub(b"", closing))


def _folded_names(names: bytes) -> bytes:
    """Folded after a colon: blanks there are part of what is signed."""
    rows = [b""]
    for name in names.split(b":"):
        if rows[-1] and len(rows[-1]) + len(name) > _PER_LINE:
            rows.append(b"")
        rows[-1] += name + b":"
    return b"\r\n ".join(rows).removesuffix(b":")


def _written(signature: bytes) -> bytes:
    text = base64.b64encode(signature)
    rows = [text[start : start + _PER_LINE] for start in range(0, len(text), _PER_LINE)]
    return b"\r\n ".join(rows) + b"\r\n"
