"""Reads of signatures: what is signed, what waits, the proof of an order."""

from datetime import datetime

from django.db.models import QuerySet

from marketingconnect import storage
from marketingconnect.orders.models import Order
from marketingconnect.signature.evidence.building import build_evidence
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.providers import current_provider
from marketingconnect.signature.states import DocumentKind, SignatureState


def documents_of(order: Order) -> QuerySet[SignatureRequest]:
    """The documents of an order, signed or not, in the order of their proposal."""
    rows = SignatureRequest.objects.filter(order=order)
    return rows.select_related("signer", "terms", "company", "order")


def document_to_sign(company_id: int, key: str) -> SignatureRequest:
    """One document of a company. Raises SignatureRequest.DoesNotExist, also for another's."""
    rows = SignatureRequest.objects.select_related("order", "terms", "company", "signer")
    return rows.get(company_id=company_id, key=key)


def is_signed(order: Order, kind: DocumentKind) -> bool:
    """CGV II.3: whether the document is signed; one that waits (en attente) is not."""
    return documents_of(order).filter(kind=kind, state=SignatureState.SIGNED).exists()


def signatures_waiting() -> QuerySet[SignatureRequest]:
    """Documents consented to that lack a certificate or a timestamp, for staff; oldest first."""
    waiting = SignatureRequest.objects.filter(state=SignatureState.PENDING)
    return waiting.filter(consented_at__isnull=False).order_by("consented_at")


def signed_pdf_of(request: SignatureRequest) -> bytes:
    """CGV II.3: the signed document, for its client to keep."""
    with storage.open(request.signed_document) as stream:
        return stream.read()


def archived_evidence_of(request: SignatureRequest) -> bytes:
    """CGV II.3: the evidence file archived when the document was signed."""
    with storage.open(request.evidence) as stream:
        return stream.read()


def evidence_of(order: Order, *, at: datetime) -> bytes | None:
    """CGV II.3: the evidence of all that an order had signed, up to now; None when nothing is.

    Raises ProviderUnavailableError when it cannot be sealed.
    """
    signed = list(documents_of(order).filter(state=SignatureState.SIGNED))
    return build_evidence(signed, current_provider(), at=at) if signed else None
