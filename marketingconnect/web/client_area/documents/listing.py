"""One list of two kinds of rows, by date and by key: what was signed, what was invoiced."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import invoices_of
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import signed_documents_of
from marketingconnect.signature.states import DocumentKind

ROWS = 25
KINDS: Final = {
    "bon-de-commande": "Bons de commande signés",
    "mandat": "Mandats de prélèvement",
    "facture": "Factures",
    "avoir": "Avoirs",
}
_SIGNED: Final = {"bon-de-commande": DocumentKind.ORDER_FORM, "mandat": DocumentKind.MANDATE}
_INVOICED: Final = {"facture": InvoiceKind.INVOICE, "avoir": InvoiceKind.CREDIT_NOTE}
_KEY: Final = re.compile(r"(\d{1,17})-([01])-(\d{1,18})", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Key:
    """A place in the list, which later documents come before."""

    at: datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.rank}-{self.pk}"


@dataclass(frozen=True)
class Download:
    """A file and what it is called."""

    name: str
    href: str


@dataclass(frozen=True)
class Listed:
    """A document as the list shows it."""

    key: Key
    title: str
    kind: str
    reference: str
    """Of its order."""
    files: tuple[Download, ...]


def key_in(typed: str) -> Key | None:
    """The place that an address names; None for anything else."""
    found = _KEY.fullmatch(typed)
    if found is None:
        return None
    try:
        at = _EPOCH + int(found[1]) * _MICROSECOND
    except OverflowError:
        return None
    return Key(at, int(found[2]), int(found[3]))


def documents_of(company_id: int, *, kind: str, after: Key | None) -> tuple[list[Listed], str]:
    """A page of a company's documents, the latest first, and the key of the next page."""
    signed, invoiced = signed_documents_of(company_id), invoices_of(company_id)
    if kind:
        signed = signed.filter(kind=_SIGNED.get(kind, ""))
        invoiced = invoiced.filter(kind=_INVOICED.get(kind, ""))
    rows = merge(
        _read(signed, "signed_at", 1, after, _of_signature),
        _read(invoiced, "issued_at", 0, after, _of_invoice),
        key=_place,
        reverse=True,
    )
    found = list(islice(rows, ROWS + 1))
    following = str(found[ROWS - 1].key) if len(found) > ROWS else ""
    return found[:ROWS], following


def _place(row: Listed) -> tuple[datetime, int, int]:
    return row.key.at, row.key.rank, row.key.pk


def _read(
    rows: QuerySet[Row], field: str, rank: int, after: Key | None, shown: Callable[[Row], Any]
) -> Iterator[Listed]:
    if after is not None:
        rows = rows.filter(_before(field, rank, after))
    for row in rows.order_by(f"-{field}", "-pk")[: ROWS + 1]:
        title, kind, reference, files = shown(row)
        yield Listed(Key(getattr(row, field), rank, row.pk), title, kind, reference, files)


def _before(field: str, rank: int, after: Key) -> Q:
    earlier = Q(**{f"{field}__lt": after.at})
    if rank > after.rank:
        return earlier
    same = Q(**{field: after.at})
    return earlier | (same if rank < after.rank else same & Q(pk__lt=after.pk))


def _of_signature(row: SignatureRequest) -> tuple[str, str, str, tuple[Download, ...]]:
    reference = row.order.reference
    place = [reference, row.key]
    files = (
        Download("Document signé (PDF)", reverse("client_area:signed_document", args=place)),
        Download("Fichier de preuve (ZIP)", reverse("client_area:signature_evidence", args=place)),
    )
    is_mandate = row.kind == DocumentKind.MANDATE
    return row.title, "Mandat" if is_mandate else "Bon de commande", reference, files


def _of_invoice(row: Invoice) -> tuple[str, str, str, tuple[Download, ...]]:
    kind = "Avoir" if row.kind == InvoiceKind.CREDIT_NOTE else "Facture"
    address = reverse("client_area:invoice_pdf", args=[row.number])
    files = (Download(f"{kind} (PDF)", address),) if row.pdf_path else ()
    return f"{kind} {row.number}", kind, row.order.reference, files
