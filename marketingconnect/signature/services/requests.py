"""Propose a document, know its signer, let it be refused or lapse."""

import hashlib
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from marketingconnect import storage
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.phone import normalise_phone
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.signature.errors import (
    IdentityRefusedError,
    NotTheSignerError,
    StaleSignatureError,
)
from marketingconnect.signature.events import PLATFORM, Visitor, write_event
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.rules import (
    consent_wording,
    identity_problems,
    is_request_expired,
    masked_mobile,
    may_change_identity,
    may_sign,
)
from marketingconnect.signature.services.moving import locked, locked_for, move, role_in, state_of
from marketingconnect.signature.states import OPEN, DocumentKind, EventKind, SignatureState
from marketingconnect.terms.queries import parameters_of


@transaction.atomic
def propose_document(
    order_id: int,
    *,
    kind: DocumentKind,
    title: str,
    pdf: bytes,
    signer_id: int,
    visitor: Visitor,
    now: datetime,
    subject: str = "",
) -> SignatureRequest:
    """CGV II.3: fix a document by its SHA-256 and offer it to one person for signature.

    A document of this kind that is open or signed comes back as it is: proposed twice, it is one.
    Raises NotTheSignerError for a person who may not order for the company.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    open_or_signed = [*OPEN, SignatureState.SIGNED]
    existing = SignatureRequest.objects.filter(order=order, kind=kind, state__in=open_or_signed)
    if found := existing.first():
        return found
    if not may_sign(role_in(order.company_id, signer_id, now)):
        raise NotTheSignerError("Cette personne ne peut pas signer pour la société (art. II.3).")
    stored = storage.save(f"signatures/c{order.company_id}", "document.pdf", [pdf])
    request = SignatureRequest.objects.create(
        key=uuid.uuid4(),
        order=order,
        company_id=order.company_id,
        kind=kind,
        title=title,
        subject=subject,
        signer_id=signer_id,
        terms_id=order.terms_id,
        document=stored.path,
        sha256=stored.sha256,
        wording=consent_wording(title=title, sha256=stored.sha256, terms_number=order.terms.number),
        created_at=now,
    )
    write_event(request, EventKind.PROPOSED, visitor, now, {"title": title})
    return request


@transaction.atomic
def record_opening(request_id: int, *, visitor: Visitor, now: datetime) -> None:
    """CGV II.3: the signer was shown the document; its sending and reception are one instant."""
    request = locked_for(request_id, visitor.user_id, now)
    write_event(request, EventKind.OPENED, visitor, now)


@transaction.atomic
def record_download(request_id: int, *, what: str, visitor: Visitor, now: datetime) -> None:
    """CGV II.3: somebody of the client took the signed document or its proof away."""
    write_event(locked(request_id), EventKind.DOWNLOADED, visitor, now, {"what": what})


@transaction.atomic
def collect_signer(
    request_id: int,
    *,
    first_name: str,
    last_name: str,
    position: str,
    email: str,
    mobile: str,
    visitor: Visitor,
    now: datetime,
) -> SignatureRequest:
    """CGV II.3: the signer's identification data, before anything else.

    Corrected, they void the code already sent. Raises IdentityRefusedError with the problems.
    """
    request = locked_for(request_id, visitor.user_id, now)
    typed = {
        "first_name": first_name.strip(),
        "last_name": last_name.strip(),
        "position": position.strip(),
        "email": email,
        "mobile": mobile,
    }
    if problems := identity_problems(**typed):
        raise IdentityRefusedError(problems)
    if not may_change_identity(*state_of(request)):
        raise StaleSignatureError("Ce document n’est plus à signer.")
    refuse_late(request, now)
    values = {
        **typed,
        "email": normalise_email(email),
        "mobile": normalise_phone(mobile).e164,
    }
    request.codes.filter(void_at__isnull=True).update(void_at=now)
    move(request, SignatureState.IDENTITY_COLLECTED, facts=values)
    shown = {**values, "mobile": masked_mobile(values["mobile"])}
    write_event(request, EventKind.IDENTITY_COLLECTED, visitor, now, shown)
    return request


@transaction.atomic
def refuse(request_id: int, *, reason: str, visitor: Visitor, now: datetime) -> SignatureRequest:
    """CGV II.3: the signer will not sign; possible until consent is given."""
    request = locked_for(request_id, visitor.user_id, now)
    if not may_change_identity(*state_of(request)):
        raise StaleSignatureError("Ce document ne peut plus être refusé.")
    request.codes.filter(void_at__isnull=True).update(void_at=now)
    ended = {"ended_at": now, "end_reason": reason.strip()[:300]}
    move(request, SignatureState.REFUSED, facts=ended)
    write_event(request, EventKind.REFUSED, visitor, now, {"reason": request.end_reason})
    return request


@transaction.atomic
def withdraw_document(request_id: int, *, reason: str, visitor: Visitor, now: datetime) -> None:
    """CGV II.3: take back a document that has lost its object, unless it is consented to."""
    request = locked(request_id)
    if not may_change_identity(*state_of(request)):
        return
    request.codes.filter(void_at__isnull=True).update(void_at=now)
    move(request, SignatureState.EXPIRED, facts={"ended_at": now, "end_reason": reason[:300]})
    write_event(request, EventKind.EXPIRED, visitor, now, {"reason": reason})


def expire_requests(now: datetime) -> int:
    """CGV II.3: end what was proposed too long ago and not consented to; returns how many."""
    ended = 0
    waiting = SignatureRequest.objects.filter(state__in=OPEN, consented_at__isnull=True)
    oldest_first = waiting.filter(created_at__lte=now - timedelta(days=1)).order_by("created_at")
    for request_id in oldest_first.values_list("pk", flat=True)[:1000]:
        ended += _expire(request_id, now)
    return ended


@transaction.atomic
def _expire(request_id: int, now: datetime) -> bool:
    request = locked(request_id)
    terms = parameters_of(request.terms)
    is_waiting = request.state in OPEN and request.consented_at is None
    if not is_waiting or not is_request_expired(
        created_at=request.created_at, now=now, terms=terms
    ):
        return False
    request.codes.filter(void_at__isnull=True).update(void_at=now)
    move(request, SignatureState.EXPIRED, facts={"ended_at": now})
    write_event(request, EventKind.EXPIRED, PLATFORM, now)
    return True


def refuse_late(request: SignatureRequest, now: datetime) -> None:
    """Raise StaleSignatureError for a document too old, or of an order that came to its end."""
    terms = parameters_of(request.terms)
    if is_request_expired(created_at=request.created_at, now=now, terms=terms):
        raise StaleSignatureError(
            "Ce document a été proposé il y a trop longtemps : demandez-en un nouveau."
        )
    if request.order.state in {OrderState.CANCELLED, OrderState.TERMINATED}:
        raise StaleSignatureError("La commande a pris fin : il n’y a plus rien à signer.")


def document_of(request: SignatureRequest) -> bytes:
    """The document as proposed, read from its place."""
    with storage.open(request.document) as stream:
        return stream.read()


def current_sha256(request: SignatureRequest) -> str:
    """Of the document as it is now, which must be what it was."""
    try:
        return hashlib.sha256(document_of(request)).hexdigest()
    except storage.UnknownFileError:
        return ""
