"""Sign what was consented to. Whatever lacks, the document waits and is never taken for signed."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from marketingconnect import storage
from marketingconnect.clock import paris_date
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.errors import StaleStateError
from marketingconnect.orders.services import receive_signed
from marketingconnect.signature.authority.certificates import SignerIdentity
from marketingconnect.signature.concluded import conclude
from marketingconnect.signature.errors import NoLongerWantedError
from marketingconnect.signature.events import PLATFORM, write_event
from marketingconnect.signature.evidence.building import build_evidence
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.providers import current_provider
from marketingconnect.signature.providers.base import (
    Lacking,
    ProviderUnavailableError,
    SignatureProvider,
    SignedPdf,
)
from marketingconnect.signature.rules import may_retry
from marketingconnect.signature.services.moving import locked, move
from marketingconnect.signature.services.requests import document_of
from marketingconnect.signature.states import (
    DocumentKind,
    EventKind,
    PendingReason,
    SignatureState,
)
from marketingconnect.terms.queries import parameters_of

STALLED_AFTER: Final = timedelta(minutes=2)
REASON: Final = "Bon pour accord"
_WAITS_FOR: Final = {
    Lacking.CERTIFICATE: PendingReason.CERTIFICATE,
    Lacking.TIMESTAMP: PendingReason.TIMESTAMP,
}

_RECEIVED: Final = {
    DocumentKind.ORDER_FORM: "form_signed_at",
    DocumentKind.MANDATE: "mandate_signed_at",
}
"""What the order notes when a document is signed: it may become firm (CGV III.a)."""


def sign_consented(request_id: int, *, now: datetime) -> SignatureRequest:
    """CGV II.3: certificate on the fly, signature, timestamp, evidence archived; or it waits.

    Nothing is asked of the network inside a transaction. Safe to call again at any time: one call
    at a time has the document in hand.
    """
    request = _take(request_id, now)
    if request is None:
        return SignatureRequest.objects.get(pk=request_id)
    try:
        provider = current_provider()
        document = _consented_document(request)
        signed = provider.sign(document, _identity(request), reason=REASON, at=now)
        return _conclude(request, signed, provider, now)
    except ProviderUnavailableError as error:
        return _wait(request, _WAITS_FOR[error.lacking], error.detail, now)
    except StaleStateError:
        return _give_up(request.pk, "La commande a pris fin avant la signature.", now)
    except NoLongerWantedError as error:
        return _give_up(request.pk, error.sentence, now)


def retry_pending(now: datetime) -> int:
    """CGV II.3: try again what waits for a certificate or a timestamp; returns how many signed.

    Consent too old is not used: the document ends, and must be proposed again. What was tried the
    most comes last, so that it keeps no other waiting.
    """
    done = 0
    waiting = SignatureRequest.objects.filter(
        Q(in_flight_at__isnull=True) | Q(in_flight_at__lte=now - STALLED_AFTER),
        state=SignatureState.PENDING,
        consented_at__isnull=False,
    )
    for request in waiting.select_related("terms").order_by("attempts", "pk")[:100]:
        assert request.consented_at is not None  # noqa: S101  as filtered
        terms = parameters_of(request.terms)
        if may_retry(consented_at=request.consented_at, now=now, terms=terms):
            done += sign_consented(request.pk, now=now).state == SignatureState.SIGNED
        else:
            _give_up(request.pk, "Le consentement est devenu trop ancien.", now)
    return done


@transaction.atomic
def _take(request_id: int, now: datetime) -> SignatureRequest | None:
    """Have the document in hand, committed before anything is asked; None when another has it."""
    taken = SignatureRequest.objects.filter(
        Q(in_flight_at__isnull=True) | Q(in_flight_at__lte=now - STALLED_AFTER),
        pk=request_id,
        state=SignatureState.PENDING,
        consented_at__isnull=False,
    ).update(in_flight_at=now, attempts=F("attempts") + 1)
    return SignatureRequest.objects.get(pk=request_id) if taken else None


def _consented_document(request: SignatureRequest) -> bytes:
    """The document, if it still is the one consented to, however long the signature waited."""
    try:
        document = document_of(request)
    except storage.UnknownFileError:
        document = b""
    if hashlib.sha256(document).hexdigest() != request.sha256:
        raise NoLongerWantedError("Le document n’est plus celui auquel le signataire a consenti.")
    return document


def _identity(request: SignatureRequest) -> SignerIdentity:
    return SignerIdentity(
        first_name=request.first_name,
        last_name=request.last_name,
        email=request.email,
        company=request.company.legal_name,
        siren=request.company.siren,
        reference=request.reference,
    )


@transaction.atomic
def _conclude(
    taken: SignatureRequest, signed: SignedPdf, provider: SignatureProvider, now: datetime
) -> SignatureRequest:
    """Signed, its events and its evidence: all of it or nothing."""
    request = locked(taken.pk)
    if request.in_flight_at != taken.in_flight_at or request.state != SignatureState.PENDING:
        return request
    facts = _keep(request, signed, now)
    proof = build_evidence([request], provider, at=now)
    archived = storage.save(_folder(request), "evidence.zip", [proof])
    write_event(request, EventKind.EVIDENCE_ARCHIVED, PLATFORM, now, {"evidence": archived.sha256})
    facts |= {"evidence": archived.path, "evidence_sha256": archived.sha256}
    move(request, SignatureState.SIGNED, facts={**facts, "in_flight_at": None, "ended_at": now})
    receive_signed(
        request.order_id,
        **{_RECEIVED[DocumentKind(request.kind)]: signed.signed_at},
        actor=PLATFORM.actor,
        at=now,
    )
    conclude(request, now)
    _tell(request, now)
    return request


def _keep(request: SignatureRequest, signed: SignedPdf, now: datetime) -> dict[str, object]:
    """Store the signed document and tell of it; the facts to write, `request` bears already."""
    stored = storage.save(_folder(request), "signed.pdf", [signed.content])
    facts: dict[str, object] = {
        "signed_at": signed.signed_at,
        "signed_document": stored.path,
        "signed_sha256": stored.sha256,
        "certificate_serial": signed.certificate_serial,
        "policy_version": signed.policy_version,
        "trust": _trust(signed),
    }
    for name, value in facts.items():
        setattr(request, name, value)
    shown = {"sha256": stored.sha256, "certificate_serial": signed.certificate_serial}
    write_event(request, EventKind.SIGNED, PLATFORM, now, shown)
    write_event(request, EventKind.MADE_AVAILABLE, PLATFORM, now, {"to": request.email})
    return facts


def _folder(request: SignatureRequest) -> str:
    return f"signatures/c{request.company_id}"


def _trust(signed: SignedPdf) -> dict[str, object]:
    trust = signed.trust
    return {
        "root": _text(trust.root),
        "timestamp_roots": [_text(one) for one in trust.timestamp_roots],
        "revocation_lists": [_text(one) for one in trust.revocation_lists],
    }


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@transaction.atomic
def _wait(
    taken: SignatureRequest, reason: PendingReason, why: str, now: datetime
) -> SignatureRequest:
    request = locked(taken.pk)
    if request.in_flight_at == taken.in_flight_at and request.state == SignatureState.PENDING:
        move(
            request,
            SignatureState.PENDING,
            reason=reason,
            facts={"pending_detail": why[:300], "in_flight_at": None},
        )
        write_event(request, EventKind.WAITING, PLATFORM, now, {"reason": reason})
    return request


@transaction.atomic
def _give_up(request_id: int, why: str, now: datetime) -> SignatureRequest:
    request = locked(request_id)
    if request.state == SignatureState.PENDING:
        ended = {"ended_at": now, "in_flight_at": None, "end_reason": why}
        move(request, SignatureState.EXPIRED, facts=ended)
        write_event(request, EventKind.EXPIRED, PLATFORM, now, {"reason": why})
    return request


def _tell(request: SignatureRequest, now: datetime) -> None:
    queue_notice(
        key=f"document-signed:{request.pk}",
        template="document_signed",
        to_email=request.email,
        company_id=request.company_id,
        context={
            "first_name": request.first_name,
            "title": request.title,
            "order": request.order,
            "signed_on": paris_date(now),
        },
        at=now,
        attachments=[
            {
                "name": f"{request.order.reference}-signe.pdf",
                "path": request.signed_document,
                "type": "application/pdf",
            }
        ],
    )
