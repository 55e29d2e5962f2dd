"""What waits for a certificate or a timestamp, and each signature with its proof."""

from io import BytesIO
from typing import Final

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.signature.events import Visitor
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import (
    archived_evidence_of,
    latest_signatures,
    signature_by_id,
    signatures_waiting,
    signed_pdf_of,
)
from marketingconnect.signature.rules import masked_mobile
from marketingconnect.signature.services import record_download
from marketingconnect.signature.states import PendingReason, SignatureState
from marketingconnect.web.access import StaffRequest, actor_of, client_ip, staff_page
from marketingconnect.web.components import Kind, TimelineEntry
from marketingconnect.web.journal_words import act_in_words
from marketingconnect.web.keys import key_in

READERS: Final = (StaffRole.ACCOUNTING, StaffRole.DPO)
_ROWS: Final = 50
STATES: Final[dict[str, tuple[str, Kind]]] = {
    SignatureState.CREATED: ("Proposé", "info"),
    SignatureState.IDENTITY_COLLECTED: ("Signataire connu", "info"),
    SignatureState.CODE_SENT: ("Code envoyé", "progress"),
    SignatureState.PENDING: ("En attente", "warning"),
    SignatureState.SIGNED: ("Signé", "success"),
    SignatureState.REFUSED: ("Refusé", "error"),
    SignatureState.EXPIRED: ("Expiré", "neutral"),
}
LACKING: Final = {
    "": "",
    PendingReason.CODE: "le SMS n’est pas parti",
    PendingReason.SIGNING: "signature en cours",
    PendingReason.CERTIFICATE: "pas de certificat",
    PendingReason.TIMESTAMP: "pas d’horodatage",
}


@require_safe
@staff_page(*READERS)
def signatures(request: StaffRequest) -> HttpResponse:
    """What waits first, then every document proposed, the latest first."""
    found = latest_signatures(before=key_in(request, "apres"))[: _ROWS + 1]
    rows = list(found)
    context = {
        "waiting": [_row(one) for one in signatures_waiting()[:_ROWS]],
        "rows": [_row(one) for one in rows[:_ROWS]],
        "following": rows[_ROWS - 1].pk if len(rows) > _ROWS else None,
    }
    return render(request, "back_office/signatures/list.html", context)


@require_safe
@staff_page(*READERS)
def signature(request: StaffRequest, signature_id: int) -> HttpResponse:
    """One document: who signs it, how far it has come, every event of its proof."""
    row = _or_404(signature_id)
    context = {
        **_row(row),
        "mobile": masked_mobile(row.mobile) if row.mobile else "",
        "is_signed": row.state == SignatureState.SIGNED,
        "story": [
            TimelineEntry(act_in_words(f"signature.{event.kind}"), event.at, who=event.actor)
            for event in row.events.order_by("number")
        ],
    }
    return render(request, "back_office/signatures/signature.html", context)


@require_safe
@staff_page(*READERS)
def signed_pdf(request: StaffRequest, signature_id: int) -> FileResponse:
    row = _signed_or_404(request, signature_id, "document")
    return _file(signed_pdf_of(row), f"{row.reference}-signe.pdf", "application/pdf")


@require_safe
@staff_page(*READERS)
def evidence(request: StaffRequest, signature_id: int) -> FileResponse:
    """CGV II.3: the evidence file; the download is one more event of the proof."""
    row = _signed_or_404(request, signature_id, "evidence")
    return _file(archived_evidence_of(row), f"{row.reference}-preuve.zip", "application/zip")


def _row(row: SignatureRequest) -> dict[str, object]:
    state, kind = STATES[row.state]
    return {"row": row, "state": state, "kind": kind, "lacking": LACKING[row.pending_reason]}


def _or_404(signature_id: int) -> SignatureRequest:
    row = signature_by_id(signature_id)
    if row is None:
        raise Http404
    return row


def _signed_or_404(request: StaffRequest, signature_id: int, what: str) -> SignatureRequest:
    row = _or_404(signature_id)
    if row.state != SignatureState.SIGNED:
        raise Http404
    agent = request.headers.get("User-Agent", "")[:300]
    visitor = Visitor(actor_of(request), request.user.pk, client_ip(request), agent)
    record_download(row.pk, what=what, visitor=visitor, now=clock.now())
    return row


def _file(content: bytes, name: str, kind: str) -> FileResponse:
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)
