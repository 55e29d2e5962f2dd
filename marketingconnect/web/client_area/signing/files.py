"""The files of a signature: the document as proposed, as signed, and its proof."""

import uuid
from io import BytesIO

from csp.decorators import csp
from django.http import FileResponse, Http404
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.signature.events import Visitor
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import (
    archived_evidence_of,
    document_to_sign,
    proposed_pdf_of,
    signed_pdf_of,
)
from marketingconnect.signature.services import record_download, record_opening
from marketingconnect.signature.states import SignatureState
from marketingconnect.web.access import ClientRequest, actor_of, client_ip, client_page

_FRAMED = {
    "frame-ancestors": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "script-src": ["'none'"],
}
"""A PDF runs nothing of ours: browsers show it with their own viewer, in our page alone."""


def visitor_of(request: ClientRequest) -> Visitor:
    """Who acts and from where, as the proof tells it."""
    agent = request.headers.get("User-Agent", "")
    return Visitor(actor_of(request), request.user.pk, client_ip(request), agent[:300])


def request_or_404(request: ClientRequest, reference: str, key: uuid.UUID) -> SignatureRequest:
    """One document of an order of the company; another company's does not exist."""
    try:
        found = document_to_sign(request.company.pk, str(key))
    except SignatureRequest.DoesNotExist as missing:
        raise Http404 from missing
    if found.order.reference != reference:
        raise Http404
    return found


@require_safe
@xframe_options_sameorigin
@csp(_FRAMED)
@client_page()
def proposed(request: ClientRequest, reference: str, document_key: uuid.UUID) -> FileResponse:
    """The very bytes whose SHA-256 is signed, shown in the page or beside it."""
    row = request_or_404(request, reference, document_key)
    if request.user.pk == row.signer_id:
        record_opening(row.pk, visitor=visitor_of(request), now=clock.now())
    return _file(proposed_pdf_of(row), f"{_name(row)}.pdf", attached=False)


@require_safe
@client_page()
def signed(request: ClientRequest, reference: str, document_key: uuid.UUID) -> FileResponse:
    """CGV II.3: the signed document, to keep."""
    row = _signed_or_404(request, reference, document_key)
    record_download(row.pk, what="document", visitor=visitor_of(request), now=clock.now())
    return _file(signed_pdf_of(row), f"{_name(row)}-signe.pdf")


@require_safe
@client_page()
def evidence(request: ClientRequest, reference: str, document_key: uuid.UUID) -> FileResponse:
    """CGV II.3: the evidence file, which is checked without us."""
    row = _signed_or_404(request, reference, document_key)
    record_download(row.pk, what="evidence", visitor=visitor_of(request), now=clock.now())
    return _file(archived_evidence_of(row), f"{_name(row)}-preuve.zip", kind="application/zip")


def _signed_or_404(request: ClientRequest, reference: str, key: uuid.UUID) -> SignatureRequest:
    row = request_or_404(request, reference, key)
    if row.state != SignatureState.SIGNED:
        raise Http404
    return row


def _name(row: SignatureRequest) -> str:
    return f"{row.order.reference}-{'mandat' if row.kind == 'mandate' else 'bon-de-commande'}"


def _file(
    content: bytes, name: str, *, kind: str = "application/pdf", attached: bool = True
) -> FileResponse:
    return FileResponse(BytesIO(content), as_attachment=attached, filename=name, content_type=kind)
