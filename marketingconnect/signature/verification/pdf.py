"""A signed PDF: one signature that covers every byte of the file but itself."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography import x509

from marketingconnect.signature.verification import messages
from marketingconnect.signature.verification.certificates import (
    Trust,
    check_chain,
    check_none_is_idle,
    check_not_revoked,
    check_usage,
)
from marketingconnect.signature.verification.errors import (
    InvalidSignatureError,
    refusing_the_unreadable,
)
from marketingconnect.signature.verification.timestamps import Timestamp, check_timestamp

_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0 (\d{1,10}) (\d{1,10}) (\d{1,10})\s*\]")
_HEX: Final = re.compile(rb"<([0-9A-F]+)>")


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the signature is and what it says. `byte_range` is that of the PDF."""

    byte_range: tuple[int, int, int, int]
    covered: bytes
    message: bytes
    timestamp: bytes
    signature: bytes
    """The value that the timestamp covers."""
    certificates: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CheckedPdf:
    """A signature that holds."""

    signer: x509.Certificate
    timestamp: Timestamp


def parts_of(pdf: bytes) -> Parts:
    """Take the file apart, in the one form that leaves no byte uncovered."""
    ranges = _RANGE.findall(pdf)
    if len(ranges) != 1:
        raise InvalidSignatureError("le document ne porte pas une signature et une seule")
    length, start, rest = (int(number) for number in ranges[0])
    held = pdf[length:start]
    written = _HEX.fullmatch(held)
    if not length < start <= len(pdf) == start + rest or written is None:
        raise InvalidSignatureError("la signature ne couvre pas tout le document")
    message, room = _message_in(bytes.fromhex(written[1].decode()))
    if f"<{message.hex().upper()}{'00' * room}>".encode() != held:
        raise InvalidSignatureError("la place de la signature a été modifiée")
    read = messages.read(message, own_form=True)
    token = read.unsigned.get("signature_time_stamp_token")
    if token is None or len(read.unsigned) != 1:
        raise InvalidSignatureError("la signature n’est pas horodatée")
    covered = pdf[:length] + pdf[start:]
    return Parts(
        byte_range=(0, length, start, rest),
        covered=covered,
        message=message,
        timestamp=token.dump(),
        signature=read.signature,
        certificates=read.certificates,
    )


def check_pdf(pdf: bytes, trust: Trust) -> CheckedPdf:
    """The document is whole, signed by whom it says, at the time it says; InvalidSignatureError."""
    with refusing_the_unreadable("le document"):
        return _checked(pdf, trust)


def _checked(pdf: bytes, trust: Trust) -> CheckedPdf:
    parts = parts_of(pdf)
    message = messages.read(parts.message, own_form=True)
    message.check(hashlib.sha256(parts.covered).digest())
    timestamp = check_timestamp(parts.timestamp, parts.signature, trust)
    chain = check_chain(message.signer, message.certificates, [trust.root], timestamp.at)
    check_none_is_idle(message.certificates, chain)
    check_usage(message.signer, timestamps=False)
    check_not_revoked(chain, trust.revocation_lists, timestamp.at)
    return CheckedPdf(message.signer, timestamp)


def _message_in(content: bytes) -> tuple[bytes, int]:
    """The DER at the head of the room kept for it, and how many bytes are left over."""
    if len(content) < 4 or content[0] != 0x30 or content[1] != 0x82:
        raise InvalidSignatureError("la signature est illisible")
    end = 4 + int.from_bytes(content[2:4], "big")
    return content[:end], len(content) - end
