"""An evidence file, checked from end to end: offline, with what it holds and nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from marketingconnect.signature.archive import UnreadableArchiveError, unpack
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
from marketingconnect.signature.verification.pdf import check_pdf, parts_of
from marketingconnect.signature.verification.timestamps import check_timestamp

FORMAT: Final = "marketingconnect-evidence"
VERSIONS: Final = {1}
SEALING: Final = ("manifest.json", "manifest.tst", "manifest.p7s")
SOURCE: Final = "authority/root.pem"
_COLLECTED: Final = ("first_name", "last_name", "position", "email", "mobile")


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A signed document whose every claim holds."""

    title: str
    signer: str
    signed_at: datetime
    certificate: str
    sha256: str
    events: int


@dataclass(frozen=True, slots=True)
class CheckedEvidence:
    """What a file proves. `authorities`: SHA-256 fingerprints, to compare with those published."""

    order: str
    client: str
    sealed_at: datetime
    documents: tuple[CheckedDocument, ...]
    authorities: frozenset[str]


def check_evidence(archive: bytes) -> CheckedEvidence:
    """Every byte is what was sealed, and what was sealed holds; InvalidSignatureError otherwise.

    Whether the authority is the operator's own is for the reader, by its fingerprint.
    """
    with refusing_the_unreadable("le fichier de preuve"):
        try:
            files = unpack(archive)
        except UnreadableArchiveError as error:
            raise InvalidSignatureError("l’archive a été modifiée") from error
        return _checked(files)


def _checked(files: Mapping[str, bytes]) -> CheckedEvidence:
    sealed_at = check_seal(files)
    manifest = json.loads(files["manifest.json"])
    if manifest["format"] != FORMAT or manifest["format_version"] not in VERSIONS:
        raise InvalidSignatureError("ce format de preuve n’est pas connu de ce programme")
    check_files(files, manifest["files"])
    documents = tuple(_check_document(files, one) for one in manifest["documents"])
    roots = [SOURCE, *(f"{one['folder']}/root.pem" for one in manifest["documents"])]
    return CheckedEvidence(
        order=manifest["order"],
        client=manifest["client"]["name"],
        sealed_at=sealed_at,
        documents=documents,
        authorities=frozenset(sha256(_der(files[name])[0]).hexdigest() for name in roots),
    )


def check_seal(files: Mapping[str, bytes]) -> datetime:
    """The platform's seal on the manifest, and its time; the seal covers the timestamp itself."""
    content, token, seal = (files[name] for name in SEALING)
    trust = Trust(_der(files[SOURCE])[0], (), _lists(files, "authority"))
    stamped = check_timestamp(token, content, trust)
    message = messages.read(seal, own_form=True)
    message.check(sha256(content).digest())
    if message.attributes["content_time_stamp"].dump() != token or message.unsigned:
        raise InvalidSignatureError("le cachet et l’horodatage du manifeste ne vont pas ensemble")
    chain = check_chain(message.signer, message.certificates, [trust.root], stamped.at)
    check_none_is_idle(message.certificates, chain)
    check_usage(message.signer, timestamps=False)
    check_not_revoked(chain, trust.revocation_lists, stamped.at)
    return stamped.at


def check_files(files: Mapping[str, bytes], listed: Mapping[str, Any]) -> None:
    """The archive holds what its manifest lists, byte for byte, and nothing more."""
    if set(listed) != set(files) - set(SEALING):
        raise InvalidSignatureError("un fichier manque au manifeste, ou y est en trop")
    for name, facts in listed.items():
        if sha256(files[name]).hexdigest() != facts["sha256"]:
            raise InvalidSignatureError(f"{name} n’est pas le fichier scellé")


def _check_document(files: Mapping[str, bytes], told: Mapping[str, Any]) -> CheckedDocument:
    """What the manifest tells of a document agrees with its signature and with its files."""
    folder = told["folder"]
    signed = files[f"{folder}/signed.pdf"]
    outside = files.get(f"{folder}/timestamp-roots.pem", b"")
    root = _der(files[f"{folder}/root.pem"])[0]
    checked = check_pdf(signed, Trust(root, _der(outside), _lists(files, folder)))
    parts = parts_of(signed)
    before, serial = files[f"{folder}/document.pdf"], f"{checked.signer.serial_number:x}"
    agreements = (
        (sha256(before).hexdigest(), told["sha256_before"], "le document proposé"),
        (sha256(signed).hexdigest(), told["sha256_after"], "le document signé"),
        (signed[: len(before)], before, "le document proposé et le document signé"),
        (list(parts.byte_range), told["byte_range"], "la place de la signature"),
        (parts.message, files[f"{folder}/signature.p7s"], "la signature"),
        (parts.timestamp, files[f"{folder}/signature.tst"], "l’horodatage"),
        (parts.signature, files[f"{folder}/signature.bin"], "la valeur signée"),
        (serial, told["certificate_serial"], "le certificat"),
        (checked.timestamp.at, datetime.fromisoformat(told["signed_at"]), "l’heure"),
        (sha256(files[told["terms"]["file"]]).hexdigest(), told["terms"]["sha256"], "les CGV"),
        (told["sha256_before"] in told["wording"], True, "le consentement"),
    )
    for found, expected, what in agreements:
        if found != expected:
            raise InvalidSignatureError(f"{what} : le manifeste ne dit pas la même chose")
    _check_story(told)
    return CheckedDocument(
        title=told["title"],
        signer=f"{told['signer']['first_name']} {told['signer']['last_name']}",
        signed_at=checked.timestamp.at,
        certificate=checked.signer.subject.rfc4514_string(),
        sha256=told["sha256_after"],
        events=len(told["events"]),
    )


def _check_story(told: Mapping[str, Any]) -> None:
    """Identified, then a code, then consent to this very document, then signed; no gap."""
    events = told["events"]
    if [event["number"] for event in events] != list(range(1, len(events) + 1)):
        raise InvalidSignatureError("un événement manque")
    kinds = [event["kind"] for event in events]
    steps = ("proposed", "identity_collected", "code_sent", "consent_given", "signed")
    places = [kinds.index(step) if step in kinds else -1 for step in steps]
    if -1 in places or places != sorted(places):
        raise InvalidSignatureError("les événements ne mènent pas à une signature")
    consent = events[places[3]]["detail"]
    if (consent["sha256"], consent["wording"]) != (told["sha256_before"], told["wording"]):
        raise InvalidSignatureError("le consentement porte sur autre chose")
    _check_code(events[: places[3]], consent["code"], told["signer"])


def _check_code(before: Sequence[Mapping[str, Any]], code: int, signer: Mapping[str, str]) -> None:
    """The code typed is one sent to the signer's mobile, after the signer was last identified."""
    known = max(at for at, one in enumerate(before) if one["kind"] == "identity_collected")
    identity = before[known]["detail"]
    sent = [one["detail"] for one in before[known:] if one["kind"] == "code_sent"]
    if any(identity[name] != signer[name] for name in _COLLECTED):
        raise InvalidSignatureError("le signataire n’est pas la personne identifiée")
    if {"code": code, "mobile": signer["mobile"]} not in sent:
        raise InvalidSignatureError("le code saisi n’a pas été envoyé au signataire")


def _lists(files: Mapping[str, bytes], folder: str) -> list[bytes]:
    return [
        content
        for name, content in files.items()
        if name.startswith(f"{folder}/revocation-") and name.endswith(".crl")
    ]


def _der(pem: bytes) -> list[bytes]:
    if not pem:
        return []
    return [one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(pem)]
