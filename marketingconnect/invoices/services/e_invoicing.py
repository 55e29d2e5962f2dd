"""Send documents through the approved platform, and keep what becomes of them.

The row says `in_flight` before the platform is called, outside any transaction; a call that may
have been lost is never guessed: the platform is asked.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.invoices.errors import StaleDocumentError
from marketingconnect.invoices.factur_x.codes import EXEMPTION, document_type
from marketingconnect.invoices.models import EInvoice, EInvoiceStatus, Invoice
from marketingconnect.invoices.platforms.base import (
    Deposit,
    Platform,
    PlatformRefusedError,
    PlatformUnavailableError,
    Status,
)
from marketingconnect.invoices.queries import e_invoices_paid, totals_with_credits
from marketingconnect.invoices.rules import CompanySize, cashed_by_rate, must_go_through_platform
from marketingconnect.invoices.states import E_INVOICE_TRANSITIONS, EInvoiceState
from marketingconnect.jobs import job
from marketingconnect.terms.queries import law

PLATFORM: Final = Actor.system("Plateforme agréée")
TRANSMIT: Final = "invoices.transmit"
_DOUBT_AFTER: Final = timedelta(minutes=10)
_PAYABLE: Final = [
    state for state, following in E_INVOICE_TRANSITIONS.items() if EInvoiceState.CASHED in following
]


def queue_e_invoice(invoice: Invoice, *, now: datetime) -> EInvoice | None:
    """CGV II.2.a: have a printed document transmitted, in the caller's transaction.

    None when the law of its day does not want it to go through a platform.
    """
    if not must_go_through_platform(
        issued_on=invoice.issued_on,
        size=CompanySize(settings.COMPANY_SIZE),
        has_vat=bool(invoice.coded_mentions) and EXEMPTION not in invoice.coded_mentions,
        facts=law(),
    ):
        return None
    document = EInvoice.objects.create(invoice=invoice, key=uuid.uuid4(), changed_at=now)
    _defer(document)
    return document


def transmit(e_invoice_id: int, *, platform: Platform, now: Callable[[], datetime]) -> EInvoice:
    """CGV II.2.a: deposit a waiting document, once; one that is under way is left alone."""
    document = _take(e_invoice_id, now())
    if document is None:
        return EInvoice.objects.get(pk=e_invoice_id)
    try:
        reference = platform.deposit(_deposit(document))
    except PlatformRefusedError as error:
        return _move(document, EInvoiceState.REJECTED, now(), reason=str(error)[:300])
    except PlatformUnavailableError:
        # It may have arrived: whoever looks at what is left in flight will ask.
        return document
    return _deposited(document, reference, now())


def settle_doubts(*, platform: Platform, now: datetime) -> int:
    """Ask the platform what it has of documents left in flight; returns how many were settled.

    What it does not know waits again, and so does what a failed job left waiting.
    """
    left = EInvoice.objects.filter(changed_at__lt=now - _DOUBT_AFTER).order_by("pk")
    for document in left.filter(state=EInvoiceState.WAITING)[:100]:
        _defer(document)
    settled = 0
    for document in left.filter(state=EInvoiceState.IN_FLIGHT)[:100]:
        try:
            reference = platform.find(document.key)
        except PlatformUnavailableError:
            break
        if reference:
            _deposited(document, reference, now)
        else:
            _wait_again(document, now)
        settled += 1
    return settled


def take_in_statuses(*, platform: Platform, now: datetime) -> int:
    """Record what the platform says, each status once; returns how many were new."""
    return sum(apply_status(status, now=now) for status in platform.statuses())


@transaction.atomic
def apply_status(status: Status, *, now: datetime) -> bool:
    """Record one status; False for one already known, or about a document that is not ours.

    A status that does not follow from the present one is kept and moves nothing.
    """
    document = EInvoice.objects.select_for_update().filter(key=status.key).first()
    if document is None:
        return False
    moves = status.state in E_INVOICE_TRANSITIONS[EInvoiceState(document.state)]
    _, is_new = EInvoiceStatus.objects.get_or_create(
        e_invoice=document,
        state=status.state,
        at=status.at,
        defaults={"reason": status.reason, "moved": moves},
    )
    if is_new and moves:
        _move(document, status.state, now, reason=status.reason)
    elif is_new:
        _journal(document, "e_invoice.status_kept", now, document.state)
    return is_new


def report_cashed(e_invoice_id: int, *, platform: Platform, now: datetime) -> EInvoice:
    """CGV II.2.a: tell the platform that a document is paid, by rate of VAT (status 212).

    Raises StaleDocumentError before the document is deposited and after it is ended.
    """
    document = EInvoice.objects.select_related("invoice").get(pk=e_invoice_id)
    if document.state not in _PAYABLE:
        raise StaleDocumentError(f"{document} cannot be cashed")
    amounts = cashed_by_rate(by_rate=totals_with_credits(document.invoice))
    if not amounts:
        raise StaleDocumentError(f"{document} was credited whole")
    platform.report_cashed(document.key, amounts, now)
    return _move(document, EInvoiceState.CASHED, now)


def report_paid(*, platform: Platform, now: datetime) -> int:
    """Report as cashed the deposited documents that the ledger says are paid; returns how many."""
    done = 0
    for document in e_invoices_paid(_PAYABLE).iterator():
        if cashed_by_rate(by_rate=totals_with_credits(document.invoice)):
            report_cashed(document.pk, platform=platform, now=now)
            done += 1
    return done


@transaction.atomic
def _take(e_invoice_id: int, now: datetime) -> EInvoice | None:
    taken = EInvoice.objects.filter(pk=e_invoice_id, state=EInvoiceState.WAITING).update(
        state=EInvoiceState.IN_FLIGHT, attempts=F("attempts") + 1, changed_at=now
    )
    if not taken:
        return None
    return EInvoice.objects.select_related("invoice__corrects").get(pk=e_invoice_id)


def _deposit(document: EInvoice) -> Deposit:
    invoice = document.invoice
    with storage.open(invoice.pdf_path) as kept:
        content = kept.read()
    return Deposit(
        key=document.key,
        number=invoice.number,
        document_type=document_type(invoice),
        seller_siren=invoice.seller["siret"][:9],
        buyer_siren=invoice.buyer["siren"],
        sha256=invoice.pdf_sha256,
        content=content,
    )


@transaction.atomic
def _deposited(document: EInvoice, reference: str, now: datetime) -> EInvoice:
    """The platform has it; its news may have come first, and then moved it on already."""
    current = EInvoice.objects.select_for_update().get(pk=document.pk)
    if current.state == EInvoiceState.IN_FLIGHT:
        return _move(current, EInvoiceState.DEPOSITED, now, platform_ref=reference[:80])
    current.platform_ref = reference[:80]
    current.save(update_fields=["platform_ref"])
    return current


@transaction.atomic
def _wait_again(document: EInvoice, now: datetime) -> None:
    _move(document, EInvoiceState.WAITING, now)
    _defer(document)


def _defer(document: EInvoice) -> None:
    job(TRANSMIT, queue="documents").defer(e_invoice_id=document.pk)


@transaction.atomic
def _move(document: EInvoice, new: EInvoiceState, now: datetime, **facts: str) -> EInvoice:
    """Move a document on. Raises StaleDocumentError when somebody else moved it first."""
    old = EInvoiceState(document.state)
    moved = EInvoice.objects.filter(pk=document.pk, state=old)
    if new not in E_INVOICE_TRANSITIONS[old] or not moved.update(
        state=new, changed_at=now, **facts
    ):
        raise StaleDocumentError(f"{document}: {old} -> {new}")
    document.refresh_from_db()
    _journal(document, f"e_invoice.{new}", now, old)
    return document


def _journal(document: EInvoice, action: str, now: datetime, before: str) -> None:
    record(
        action=action,
        actor=PLATFORM,
        company_id=document.invoice.company_id,
        subject=f"order:{document.invoice.order_id}",
        at=now,
        before={"state": before},
        after={
            "number": document.invoice.number,
            "state": document.state,
            "platform_ref": document.platform_ref,
            "reason": document.reason,
        },
    )
