"""A statement, checked from end to end: offline, with what it holds and nothing else."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from marketingconnect.signature.archive import UnreadableArchiveError, unpack
from marketingconnect.signature.verification.certificates import Trust
from marketingconnect.signature.verification.errors import (
    InvalidSignatureError,
    refusing_the_unreadable,
)
from marketingconnect.signature.verification.evidence import check_files, check_seal
from marketingconnect.signature.verification.pdf import check_pdf
from marketingconnect.statements.figures import StatementFigures, counted, read_sheet

FORMAT: Final = "marketingconnect-statement"
VERSION: Final = 1
PDF: Final = "releve.pdf"
SHEET: Final = "destinataires.csv.gz"
SEALED: Final = "scelle.json"
JOURNAL: Final = "journal.json"
FROZEN: Final = "campaign.figures_frozen"


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """What a file proves. `authority`: SHA-256 fingerprint, to compare with the one published."""

    number: str
    campaign: str
    client: str
    sealed_at: datetime
    figures: StatementFigures
    authority: str


def check_statement(archive: bytes) -> CheckedStatement:
    """Every byte is what was sealed, and the figures follow from the rows; InvalidSignatureError.

    Whether the authority is the operator's own is for the reader, by its fingerprint.
    """
    with refusing_the_unreadable("le relevé"):
        try:
            files = unpack(archive)
        except UnreadableArchiveError as error:
            raise InvalidSignatureError("l’archive a été modifiée") from error
        return _checked(files)


def _checked(files: Mapping[str, bytes]) -> CheckedStatement:
    sealed_at = check_seal(files)
    manifest = json.loads(files["manifest.json"])
    if (manifest["format"], manifest["format_version"]) != (FORMAT, VERSION):
        raise InvalidSignatureError("ce format de relevé n’est pas connu de ce programme")
    check_files(files, manifest["files"])
    root = _der(files["authority/root.pem"])
    check_pdf(files[PDF], Trust(root, (), [files["authority/revocation-1.crl"]]))
    figures = _figures(files, manifest)
    _check_journal(files, figures)
    return CheckedStatement(
        number=manifest["number"],
        campaign=manifest["campaign"]["name"],
        client=manifest["client"]["name"],
        sealed_at=sealed_at,
        figures=figures,
        authority=sha256(root).hexdigest(),
    )


def _figures(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> StatementFigures:
    """Counted again from the rows, whatever the manifest says."""
    lines = gzip.decompress(files[SHEET]).decode().splitlines()
    try:
        figures = counted(read_sheet(lines), sold=manifest["figures"]["sold"])
    except ValueError as error:
        raise InvalidSignatureError("une ligne de destinataire n’est pas à sa place") from error
    if figures.as_facts() != manifest["figures"]:
        raise InvalidSignatureError("les chiffres ne sont pas la somme des lignes")
    return figures


def _check_journal(files: Mapping[str, bytes], figures: StatementFigures) -> None:
    """The journal sealed these figures, and no others, when the window ended."""
    frozen = [one for one in json.loads(files[JOURNAL]) if one["action"] == FROZEN]
    if (
        len(frozen) != 1
        or frozen[0]["after"]["statement_sha256"] != sha256(files[SEALED]).hexdigest()
    ):
        raise InvalidSignatureError("le journal n’a pas scellé ces chiffres")
    told = json.loads(files[SEALED])["figures"]
    facts = figures.as_facts()
    agreements = (
        (told["sent"], facts["sent"]),
        (told["delivered"], facts["delivered"]),
        (told["relayed"], facts["delivered_by_relay"]),
        (_positive(told["undelivered_by_cause"]), facts["undelivered"]),
        (told["uncertain"], facts["uncertain"]),
        (_positive(told["not_sent_by_reason"]), facts["not_sent"]),
    )
    if any(sealed != counted_again for sealed, counted_again in agreements):
        raise InvalidSignatureError("les chiffres ne sont pas ceux que le journal a scellés")


def _positive(by: Mapping[str, int]) -> dict[str, int]:
    return {name: n for name, n in by.items() if n}


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
