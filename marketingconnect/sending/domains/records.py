"""What a sending domain publishes in the DNS. Pure."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_STRING: Final = 255


class Purpose(StrEnum):
    """What a record is for."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    RETURN_PATH = "return_path"


@dataclass(frozen=True, slots=True)
class Record:
    """A record to publish: `value` is its text, or `10 host.` for an MX."""

    purpose: Purpose
    name: str
    kind: str
    value: str

    @property
    def written(self) -> str:
        """The value as a zone file wants it: a TXT in strings of at most 255 characters."""
        if self.kind != "TXT":
            return self.value
        parts = [self.value[at : at + _STRING] for at in range(0, len(self.value), _STRING)]
        return " ".join(f'"{part}"' for part in parts)


def public_record(key: RSAPublicKey | Ed25519PublicKey) -> str:
    """The text of a DKIM key: SPKI for RSA (RFC 6376), the bare key for Ed25519 (RFC 8463)."""
    if isinstance(key, RSAPublicKey):
        octets = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(octets).decode()}"
    octets = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; p={base64.b64encode(octets).decode()}"


def records_of(domain: str, *, keys: Iterable[tuple[str, str]], mail_host: str) -> list[Record]:
    """All that is to be published; `keys` are (selector, text) pairs."""
    return [
        Record(Purpose.SPF, domain, "TXT", f"v=spf1 a:{mail_host} -all"),
        *(
            Record(Purpose.DKIM, f"{selector}._domainkey.{domain}", "TXT", text)
            for selector, text in keys
        ),
        Record(
            Purpose.DMARC, f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
        ),
        Record(Purpose.RETURN_PATH, domain, "MX", f"10 {mail_host}."),
    ]
