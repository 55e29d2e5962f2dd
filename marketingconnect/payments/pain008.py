"""Write a direct-debit file (pain.008.001.08, SEPA Core), checked against its official schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import sepaxml
from lxml import etree

from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.clock import PARIS
from marketingconnect.kernel.money import Money
from marketingconnect.payments.states import DebitSequence

VERSION: Final = "pain.008.001.08"


class InvalidDebitFileError(RuntimeError):
    """The file made does not pass its schema: nothing is sent."""


@dataclass(frozen=True, slots=True)
class DebitLine:
    """One debit as the bank reads it."""

    key: str
    amount: Money
    sequence: DebitSequence
    mandate: str
    signed_on: date
    debtor: str
    iban: str
    words: str


def debit_file(
    lines: Sequence[DebitLine],
    *,
    message_id: str,
    collected_on: date,
    creditor: OperatorIdentity,
    creditor_identifier: str,
    at: datetime,
) -> bytes:
    """CGV II.2.b: the file that asks the bank for these debits, all on one day.

    The same arguments give the same bytes. Raises InvalidDebitFileError.
    """
    file = sepaxml.SepaDD(
        {
            "name": creditor.legal_name,
            "IBAN": creditor.iban,
            "BIC": creditor.bic,
            "batch": True,
            "creditor_id": creditor_identifier,
            "currency": "EUR",
            "instrument": "CORE",
        },
        schema=VERSION,
    )
    for line in lines:
        file.add_payment(_payment(line, collected_on))
    return _settled(file.export(validate=False), message_id, at)


def _payment(line: DebitLine, collected_on: date) -> dict[str, Any]:
    return {
        "name": line.debtor,
        "IBAN": line.iban,
        "amount": line.amount.cents,
        "type": line.sequence.value,
        "collection_date": collected_on,
        "mandate_id": line.mandate,
        "mandate_date": line.signed_on,
        "description": line.words,
        "endtoend_id": line.key,
    }


def _settled(made: bytes, message_id: str, at: datetime) -> bytes:
    """Our own identifiers and clock instead of drawn ones, then the schema."""
    document = etree.fromstring(made)
    _set(document, "{*}GrpHdr/{*}MsgId", message_id)
    _set(document, "{*}GrpHdr/{*}CreDtTm", f"{at.astimezone(PARIS):%Y-%m-%dT%H:%M:%S}")
    for batch in document.iter("{*}PmtInf"):
        sequence = batch.findtext("{*}PmtTpInf/{*}SeqTp")
        batch.find("{*}PmtInfId").text = f"{message_id}-{sequence}"
    schema = _schema()
    if not schema.validate(document):
        raise InvalidDebitFileError(str(schema.error_log.last_error))
    return bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8"))


def _set(document: Any, path: str, text: str) -> None:
    document.find(f".//{path}").text = text


@lru_cache(maxsize=1)
def _schema() -> Any:
    folder = Path(sepaxml.__file__).parent / "schemas"
    return etree.XMLSchema(etree.parse(folder / f"{VERSION}.xsd"))
