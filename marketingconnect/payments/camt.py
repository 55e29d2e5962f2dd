"""Read a bank's file: a statement (camt.053) or a notification (camt.054), versions 02 to 08.

A file is read as it flows, one movement at a time; a document type declaration is refused, so
that no entity is ever expanded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final

from lxml import etree

from marketingconnect.kernel.money import Money
from marketingconnect.payments.errors import StatementError

LARGEST: Final = 64 * 1024 * 1024
"""Bytes: a year of a busy account is smaller."""
_NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34]\.001\.0[2-8])")
_NO_REFERENCE: Final = {"", "NONREF", "NOTPROVIDED", "NONE", "NOREF"}
_AMOUNT: Final = re.compile(r"\d{1,13}(\.\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement booked on the account; the amount is positive whatever its direction."""

    kind: str
    iban: str
    booked_on: date
    amount: Money
    is_credit: bool
    is_reversal: bool
    bank_reference: str
    """Unique on the account; empty when the bank gives none."""
    end_to_end: str
    words: str
    counterparty: str
    counterparty_iban: str
    return_reason: str


def movements(path: Path) -> Iterator[Movement]:
    """Every booked movement of a file, in its order.

    Raises StatementError, in French, for what is not a statement or cannot be read; OSError when
    the file cannot be opened.
    """
    if path.stat().st_size > LARGEST:
        raise StatementError("Ce fichier dépasse 64 Mo : demandez à la banque un relevé par mois.")
    with path.open("rb") as stream:
        try:
            yield from _movements(stream)
        except etree.XMLSyntaxError as error:
            raise StatementError(
                "Ce fichier n’est pas un XML lisible : il est incomplet, ou d’une autre nature "
                f"(ligne {error.lineno})."
            ) from error


def _movements(stream: IO[bytes]) -> Iterator[Movement]:
    kind, number = "", 0
    for event, element in etree.iterparse(
        stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    ):
        if not kind:
            kind = _kind_of(element)
        if event == "end" and etree.QName(element).localname == "Ntry":
            number += 1
            yield from _entry(kind, element, number)
            _forget(element)
    if not kind:
        raise StatementError("Ce fichier est vide.")


def _kind_of(root: Any) -> str:
    if root.getroottree().docinfo.doctype:
        raise StatementError(
            "Ce fichier contient une déclaration DOCTYPE, qu’un relevé bancaire n’a jamais : "
            "il est refusé."
        )
    namespace = etree.QName(root).namespace or ""
    found = _NAMESPACE.fullmatch(namespace)
    if found is None:
        what = namespace.rpartition(":")[2] or etree.QName(root).localname
        raise StatementError(
            "Ce fichier n’est pas un relevé camt.053 ni un avis camt.054, versions 001.02 à "
            f"001.08 : il s’annonce comme « {what[:60]} »."
        )
    return found.group(1)


def _forget(element: Any) -> None:
    """Free what was read, so that memory does not grow with the file."""
    element.clear()
    while (before := element.getprevious()) is not None and etree.QName(before).localname == "Ntry":
        element.getparent().remove(before)


def _entry(kind: str, entry: Any, number: int) -> Iterator[Movement]:
    """One movement a transaction; the entry itself when it gives no detail."""
    if _text(entry, "Sts/Cd", "Sts") != "BOOK":
        return
    account = entry.getparent()
    iban = _text(account, "Acct/Id/IBAN").replace(" ", "")
    if not iban:
        raise StatementError("Ce relevé ne dit pas l’IBAN de son compte.")
    details = entry.findall("{*}NtryDtls/{*}TxDtls") or [None]
    for place, detail in enumerate(details, start=1):
        yield Movement(
            kind=kind,
            iban=iban,
            booked_on=_day(entry, number),
            amount=_amount(entry, detail, len(details), number),
            is_credit=_direction(entry, detail, number) == "CRDT",
            is_reversal=_text(entry, "RvslInd") in {"true", "1"},
            bank_reference=_reference(entry, detail, place, len(details)),
            **_told_by(detail if detail is not None else entry),
        )


def _told_by(detail: Any) -> dict[str, str]:
    """What the debtor and its bank say: the one who pays, also when its payment is taken back."""
    references = _texts(detail, "RmtInf/Strd/CdtrRefInf/Ref")
    end_to_end = _text(detail, "Refs/EndToEndId")
    return {
        "end_to_end": "" if end_to_end in _NO_REFERENCE else end_to_end[:35],
        "words": " ".join([*references, *_texts(detail, "RmtInf/Ustrd")])[:600],
        "counterparty": _text(detail, "RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm")[:140],
        "counterparty_iban": _text(detail, "RltdPties/DbtrAcct/Id/IBAN")[:34],
        "return_reason": _text(detail, "RtrInf/Rsn/Cd")[:4],
    }


def _direction(entry: Any, detail: Any, number: int) -> str:
    told = _text(detail, "CdtDbtInd") if detail is not None else ""
    direction = told or _text(entry, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise StatementError(f"L’écriture n° {number} ne dit pas si elle crédite ou débite.")
    return direction


def _amount(entry: Any, detail: Any, details: int, number: int) -> Money:
    """What was booked: the entry's own amount, or that of one of its several transactions."""
    found = _first(entry, "Amt") if details == 1 else _first(detail, "Amt", "AmtDtls/TxAmt/Amt")
    text = (found.text or "").strip() if found is not None else ""
    if not _AMOUNT.fullmatch(text):
        raise StatementError(f"L’écriture n° {number} n’a pas de montant lisible.")
    if found.get("Ccy") != "EUR":
        raise StatementError(f"L’écriture n° {number} n’est pas en euros.")
    return Money.from_decimal(Decimal(text))


def _day(entry: Any, number: int) -> date:
    text = _text(entry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise StatementError(f"L’écriture n° {number} n’a pas de date lisible.") from error


def _reference(entry: Any, detail: Any, place: int, details: int) -> str:
    """The transaction's own, else the entry's with the place of the transaction in it."""
    own = _text(detail, "Refs/AcctSvcrRef") if detail is not None else ""
    if own not in _NO_REFERENCE:
        return own[:60]
    whole = _text(entry, "AcctSvcrRef")
    if whole in _NO_REFERENCE:
        return ""
    return whole[:60] if details == 1 else f"{whole[:60]}#{place}"


def _first(element: Any, *paths: str) -> Any:
    for path in paths:
        found = element.find("/".join("{*}" + step for step in path.split("/")))
        if found is not None:
            return found
    return None


def _text(element: Any, *paths: str) -> str:
    """The first of the paths that holds words, on one line."""
    for path in paths:
        if words := _texts(element, path):
            return words[0]
    return ""


def _texts(element: Any, path: str) -> list[str]:
    found = element.findall("/".join("{*}" + step for step in path.split("/")))
    texts = (" ".join((one.text or "").split()) for one in found)
    return [text.replace("\x00", "") for text in texts if text]
