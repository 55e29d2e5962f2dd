"""Reads of signatures: what is signed, what waits, the proof of an order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from marketingconnect import storage
from marketingconnect.accounts.queries import companies_open_to
from marketingconnect.orders.models import Order
from marketingconnect.signature.evidence.building import build_evidence
from marketingconnect.signature.models import SignatureCode, SignatureRequest
from marketingconnect.signature.providers import current_provider
from marketingconnect.signature.rules import (
    masked_mobile,
    may_change_identity,
    may_sign,
    tries_left,
    wait_before_code,
)
from marketingconnect.signature.states import DocumentKind, PendingReason, SignatureState
from marketingconnect.terms.queries import parameters_of


def documents_of(order: Order) -> QuerySet[SignatureRequest]:
    """The documents of an order, signed or not, in the order of their proposal."""
    rows = SignatureRequest.objects.filter(order=order)
    return rows.select_related("signer", "terms", "company", "order")


def may_be_withdrawn(request: SignatureRequest) -> bool:
    """CGV II.3: until it is consented to; what was agreed to is signed as it is."""
    reason = PendingReason(request.pending_reason) if request.pending_reason else None
    return may_change_identity(SignatureState(request.state), reason)


def signed_documents_of(company_id: int) -> QuerySet[SignatureRequest]:
    """What a client signed, of every order."""
    signed = SignatureRequest.objects.filter(company_id=company_id, state=SignatureState.SIGNED)
    return signed.select_related("order")


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
    consented = waiting.filter(consented_at__isnull=False).order_by("consented_at")
    return consented.select_related("company", "signer", "order")


def proposed_pdf_of(request: SignatureRequest) -> bytes:
    """CGV II.3: the document as proposed, of which the SHA-256 is consented to."""
    with storage.open(request.document) as stream:
        return stream.read()


def latest_signatures(*, before: int | None) -> QuerySet[SignatureRequest]:
    """Every document proposed to anybody, for staff, the latest first."""
    rows = SignatureRequest.objects.select_related("company", "signer", "order")
    return (rows if before is None else rows.filter(pk__lt=before)).order_by("-pk")


def signature_by_id(signature_id: int) -> SignatureRequest | None:
    """One document whoever's it is, for staff."""
    rows = SignatureRequest.objects.select_related("company", "signer", "order", "terms")
    return rows.filter(pk=signature_id).first()


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


@dataclass(frozen=True, slots=True)
class CodeSent:
    """The last code of a document, as its signer may know it."""

    mobile: str
    valid_until: datetime
    is_late: bool
    tries_left: int
    digits: int


def code_of(request: SignatureRequest, now: datetime) -> CodeSent | None:
    """CGV II.3: the code that still opens a document, if one was sent."""
    row = request.codes.filter(void_at__isnull=True, used_at__isnull=True).first()
    if row is None:
        return None
    terms = parameters_of(request.terms)
    until = row.sent_at + timedelta(minutes=terms.signature_code_minutes)
    left = tries_left(wrong_tries=row.wrong_tries, terms=terms)
    return CodeSent(
        mobile=masked_mobile(row.mobile),
        valid_until=until,
        is_late=now >= until,
        tries_left=left,
        digits=terms.signature_code_digits,
    )


def wait_for_code(request: SignatureRequest, now: datetime) -> timedelta:
    """CGV II.3: how long until a code may be sent to this signer; zero when it may be now."""
    sent = codes_sent_to(request, now)
    return wait_before_code(sent=sent, now=now, terms=parameters_of(request.terms))


def codes_sent_to(request: SignatureRequest, now: datetime) -> list[datetime]:
    """Codes that this mobile or this signer asked for in a day and did not sign with."""
    recent = SignatureCode.objects.filter(
        sent_at__gt=now - timedelta(hours=24), used_at__isnull=True
    )
    rows = recent.filter(mobile=request.mobile) | recent.filter(
        request__signer_id=request.signer_id
    )
    return list(rows.values_list("sent_at", flat=True))


def who_signs(order: Order, *, otherwise: int, today: date) -> int:
    """CGV II.3: whoever placed the order, while that person may sign; else `otherwise`."""
    may = _may_sign_for(order.company_id, order.placed_by_id, today)
    return order.placed_by_id if may else otherwise


def has_lost_its_signer(request: SignatureRequest, today: date) -> bool:
    """CGV II.3: whether the person designated may no longer sign for the company."""
    return not _may_sign_for(request.company_id, request.signer_id, today)


def _may_sign_for(company_id: int, user_id: int, today: date) -> bool:
    companies = companies_open_to(user_id, today=today)
    return may_sign(next((one.role for one in companies if one.pk == company_id), None))
