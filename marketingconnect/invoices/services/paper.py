"""Invoices on paper: asked in writing for one document, or for all of them by the client."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.invoices.errors import StaleDocumentError
from marketingconnect.invoices.models import Invoice, PaperCopy
from marketingconnect.invoices.states import PAPER_TRANSITIONS, PaperCopyState

ALL_INVOICES = "Demande du client pour toutes ses factures"


@transaction.atomic
def request_paper_copy(invoice: Invoice, *, request: str, actor: Actor, now: datetime) -> PaperCopy:
    """CGV II.2.a: an invoice is also sent on paper to a client who asks for it in writing.

    `request` says how it was asked. Asked again, the same copy comes back, posted or not.
    """
    copy, is_new = PaperCopy.objects.get_or_create(
        invoice=invoice, defaults={"request": request.strip()[:200], "requested_at": now}
    )
    if is_new:
        _journal(copy, "invoice.paper_requested", actor, now)
    return copy


@transaction.atomic
def post_paper_copy(copy_id: int, *, posted_on: date, actor: Actor, now: datetime) -> PaperCopy:
    """CGV II.2.a: record that a copy was posted. Raises StaleDocumentError when it already was."""
    copy = PaperCopy.objects.select_related("invoice").get(pk=copy_id)
    waiting = PaperCopy.objects.filter(pk=copy_id, state=copy.state)
    if PaperCopyState.POSTED not in PAPER_TRANSITIONS[PaperCopyState(copy.state)] or not (
        waiting.update(state=PaperCopyState.POSTED, posted_on=posted_on)
    ):
        raise StaleDocumentError(f"{copy} is posted already")
    copy.refresh_from_db()
    _journal(copy, "invoice.paper_posted", actor, now)
    return copy


def _journal(copy: PaperCopy, action: str, actor: Actor, now: datetime) -> None:
    record(
        action=action,
        actor=actor,
        company_id=copy.invoice.company_id,
        subject=f"order:{copy.invoice.order_id}",
        at=now,
        after={
            "number": copy.invoice.number,
            "request": copy.request,
            "posted_on": copy.posted_on,
        },
    )
