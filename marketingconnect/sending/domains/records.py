"""What a sending domain publishes in the DNS. Pure."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marketingconnect.dns import Answer, Found
from marketingconnect.sending.domains.spf import (
    MOST_LOOKUPS,
    Ask,
    is_spf,
    lookups_of,
    passes,
)

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


class Verdict(StrEnum):
    """What the DNS says of a record."""

    GOOD = "good"
    MISSING = "missing"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """A record as it was found, and what to do about it, in French."""

    record: Record
    verdict: Verdict
    advice: str


def _asks_nobody(name: str) -> list[str]:
    return []


def finding(record: Record, answer: Answer, ask: Ask = _asks_nobody) -> Finding:
    """Compare a record with what the name servers hold under its name.

    `ask` gives the TXT records of other names: those that an SPF record includes.
    """
    if answer.found is Found.UNKNOWN:
        return Finding(record, Verdict.UNKNOWN, _NO_ANSWER)
    found = _of_its_kind(record, answer.records)
    if not found:
        return Finding(record, Verdict.MISSING, _MISSING[record.purpose])
    if len(found) > 1 and record.kind == "TXT":
        return Finding(record, Verdict.OTHER, _TWICE)
    if not _holds(record, found):
        return Finding(record, Verdict.OTHER, _OTHER[record.purpose])
    if record.purpose is Purpose.SPF and lookups_of(found[0], ask) > MOST_LOOKUPS:
        return Finding(record, Verdict.OTHER, _TOO_MANY)
    return Finding(record, Verdict.GOOD, "Rien à faire.")


def _of_its_kind(record: Record, records: Iterable[str]) -> list[str]:
    """Other texts may stand under the same name."""
    if record.kind == "MX":
        return list(records)
    if record.purpose is Purpose.SPF:
        return [one for one in records if is_spf(one)]
    if record.purpose is Purpose.DKIM:
        return [one for one in records if "p" in _tags(one)]
    return [one for one in records if one.replace(" ", "").lower().startswith("v=dmarc1")]


def _holds(record: Record, found: list[str]) -> bool:
    if record.purpose is Purpose.DMARC:
        return _tags(found[0]).get("p", "").lower() in {"none", "quarantine", "reject"}
    if record.purpose is Purpose.SPF:
        return passes(found[0], record.value.split()[1])
    if record.purpose is Purpose.RETURN_PATH:
        return _first_server(found) == record.value.split()[1].lower()
    there, ours = _tags(found[0]), _tags(record.value)
    return (there["p"], there.get("k", "rsa")) == (ours["p"], ours["k"])


def _tags(text: str) -> dict[str, str]:
    """Of DKIM and DMARC (RFC 6376, 3.2): in any order, with blanks that mean nothing."""
    parts = (part.partition("=") for part in "".join(text.split()).split(";"))
    return {name.lower(): value for name, _, value in parts if name}


def _first_server(found: list[str]) -> str:
    """The one that mail is brought to, as long as it answers."""
    preferred = min(found, key=lambda one: int(one.split()[0]))
    return preferred.lower().split()[-1]


_NO_ANSWER: Final = (
    "Aucun serveur de noms n’a répondu. Réessayez dans quelques minutes ; si cela dure, vérifiez le"
    " réglage MARKETINGCONNECT_DNS."
)
_TWICE: Final = "Cet enregistrement existe en double : gardez-en un seul, sinon aucun ne compte."
_TOO_MANY: Final = (
    f"Il pose plus de {MOST_LOOKUPS} questions au DNS, avec ceux qu’il inclut : les messageries le"
    " tiennent pour une erreur. Retirez les « include » qui ne servent plus."
)
_MISSING: Final = {
    Purpose.SPF: "Ajoutez cet enregistrement : sans lui, nos messages passent pour usurpés.",
    Purpose.DKIM: "Ajoutez cet enregistrement, puis vérifiez : la clé pourra servir.",
    Purpose.DMARC: "Ajoutez cet enregistrement : les grandes messageries l’exigent.",
    Purpose.RETURN_PATH: "Ajoutez cet enregistrement : sans lui, les retours d’erreur se perdent.",
}
_OTHER: Final = {
    Purpose.SPF: "Ajoutez notre serveur à l’enregistrement existant, avant « -all ».",
    Purpose.DKIM: "Une autre clé est publiée sous ce nom : remplacez-la par cette valeur.",
    Purpose.DMARC: "Il manque la règle « p= » : reprenez la valeur proposée.",
    Purpose.RETURN_PATH: "Les retours vont à un autre serveur : remplacez-le par le nôtre.",
}
