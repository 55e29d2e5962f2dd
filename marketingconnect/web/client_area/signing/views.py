"""One calm path: read, say who signs, type the code; or refuse."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.orders.models import Order
from marketingconnect.payments.services import propose_documents
from marketingconnect.signature.errors import (
    CodeRefusedError,
    IdentityRefusedError,
    NotTheSignerError,
    SignatureError,
)
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import who_signs
from marketingconnect.signature.services import (
    collect_signer,
    confirm_code,
    record_opening,
    refuse,
    send_code,
)
from marketingconnect.signature.states import EventKind, SignatureState
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.orders.outside import allow_bank
from marketingconnect.web.client_area.orders.presenting import order_or_404
from marketingconnect.web.client_area.signing.files import request_or_404, visitor_of
from marketingconnect.web.client_area.signing.forms import (
    CodeForm,
    RefusalForm,
    SignerForm,
    known_signer,
)
from marketingconnect.web.client_area.signing.presenting import (
    SigningPage,
    awaits_signature,
    documents_to_sign,
    signing_page,
)
from marketingconnect.web.terms_chapters import chapters_of


@require_GET
@client_page()
def signing(request: ClientRequest, reference: str) -> HttpResponse:
    """What is to be signed, by whom, and how far it has come."""
    order = order_or_404(request.company.pk, reference)
    _ready(request, order)
    page = _page(request, order)
    _note_opening(request, page)
    return _shown(request, page)


@require_GET
@client_page()
def signing_state(request: ClientRequest, reference: str) -> HttpResponse:
    """The part of the page that changes while one waits."""
    page = _page(request, order_or_404(request.company.pk, reference))
    context = _context(page)
    return allow_bank(render(request, "client_area/signing/_state.html", context))


@require_POST
@client_page(MemberRole.EDITOR)
def propose_again(request: ClientRequest, reference: str) -> HttpResponse:
    """A new document, after one that was refused or has expired."""
    order = order_or_404(request.company.pk, reference)
    if awaits_signature(order, documents_to_sign(order)):
        _propose(request, order)
    return redirect("client_area:signing", reference)


@require_POST
@client_page(MemberRole.EDITOR)
def identify(request: ClientRequest, reference: str, document_key: uuid.UUID) -> HttpResponse:
    """Who signs; the code leaves at once."""
    row = request_or_404(request, reference, document_key)
    form = SignerForm(request.POST)
    if not form.is_valid():
        return _again(request, row, signer=form)
    try:
        collect_signer(row.pk, **form.person(), visitor=visitor_of(request), now=clock.now())
    except IdentityRefusedError as refusal:
        form.add_problems(refusal.problems)
        return _again(request, row, signer=form)
    except SignatureError as refusal:
        return _told(request, row, refusal)
    return _sent(request, row)


@require_POST
@client_page(MemberRole.EDITOR)
def resend(request: ClientRequest, reference: str, document_key: uuid.UUID) -> HttpResponse:
    """Another code to the same mobile; the one before no longer serves."""
    return _sent(request, request_or_404(request, reference, document_key))


@require_POST
@client_page(MemberRole.EDITOR)
def confirm(request: ClientRequest, reference: str, document_key: uuid.UUID) -> HttpResponse:
    """The code is the consent: the document is signed at once, or waits and says so."""
    row = request_or_404(request, reference, document_key)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _again(request, row, code=form)
    try:
        done = confirm_code(row.pk, form.typed, visitor=visitor_of(request), now=clock.now())
    except CodeRefusedError as refusal:
        form.add_error("code", refusal.sentence)
        return _again(request, row, code=form)
    except SignatureError as refusal:
        return _told(request, row, refusal)
    if done.state == SignatureState.SIGNED:
        messages.success(request, f"{row.title} : signé.")
    return redirect("client_area:signing", reference)


@require_POST
@client_page(MemberRole.EDITOR)
def decline(request: ClientRequest, reference: str, document_key: uuid.UUID) -> HttpResponse:
    """The signer will not sign, and says why."""
    row = request_or_404(request, reference, document_key)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _again(request, row, refusal=form)
    reason, visitor = form.cleaned_data["reason"], visitor_of(request)
    return _done(
        request, row, lambda: refuse(row.pk, reason=reason, visitor=visitor, now=clock.now())
    )


def _sent(request: ClientRequest, row: SignatureRequest) -> HttpResponse:
    visitor = visitor_of(request)
    return _done(request, row, lambda: send_code(row.pk, visitor=visitor, now=clock.now()))


def _done(request: ClientRequest, row: SignatureRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except SignatureError as refusal:
        return _told(request, row, refusal)
    return redirect("client_area:signing", row.order.reference)


def _told(request: ClientRequest, row: SignatureRequest, refusal: SignatureError) -> HttpResponse:
    messages.warning(request, refusal.sentence)
    return redirect("client_area:signing", row.order.reference)


def _ready(request: ClientRequest, order: Order) -> None:
    """Propose what is not yet, unless the client refused it or let it expire."""
    documents = documents_to_sign(order)
    if any(one.was_ended for one in documents) or request.member_role is MemberRole.VIEWER:
        return
    if awaits_signature(order, documents):
        _propose(request, order)


def _propose(request: ClientRequest, order: Order) -> None:
    now = clock.now()
    signer = who_signs(order, otherwise=request.user.pk, today=clock.paris_date(now))
    try:
        propose_documents(order.pk, signer_id=signer, visitor=visitor_of(request), now=now)
    except NotTheSignerError as refusal:
        messages.warning(request, refusal.sentence)


def _note_opening(request: ClientRequest, page: SigningPage) -> None:
    """Its words are on the page: the signer was shown the document, once."""
    row = page.request
    if row is None or row.state != SignatureState.CREATED or page.stage != "identity":
        return
    if not row.events.filter(kind=EventKind.OPENED).exists():
        record_opening(row.pk, visitor=visitor_of(request), now=clock.now())


def _page(request: ClientRequest, order: Order) -> SigningPage:
    order.refresh_from_db()
    corrects = "corriger" in request.GET
    return signing_page(order, user_id=request.user.pk, now=clock.now(), corrects=corrects)


def _again(
    request: ClientRequest,
    row: SignatureRequest,
    *,
    signer: SignerForm | None = None,
    code: CodeForm | None = None,
    refusal: RefusalForm | None = None,
) -> HttpResponse:
    """400: the same page with what is to be mended."""
    page = signing_page(
        row.order, user_id=request.user.pk, now=clock.now(), corrects=signer is not None
    )
    return _shown(request, page, signer=signer, code=code, refusal=refusal, status=400)


def _shown(
    request: ClientRequest,
    page: SigningPage,
    *,
    signer: SignerForm | None = None,
    code: CodeForm | None = None,
    refusal: RefusalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(page)
    given = {"signer_form": signer, "code_form": code, "refusal_form": refusal}
    context |= {name: form for name, form in given.items() if form is not None}
    context["chapters"] = chapters_of(page.order.terms)
    response = render(request, "client_area/signing/signing.html", context, status=status)
    return allow_bank(response)


def _context(page: SigningPage) -> dict[str, object]:
    known = known_signer(page.request, _earlier(page)) if page.request else {}
    return {
        "page": page,
        "order": page.order,
        "signer_form": SignerForm(initial=known),
        "code_form": CodeForm(),
        "refusal_form": RefusalForm(),
    }


def _earlier(page: SigningPage) -> SignatureRequest | None:
    """The document signed just before, whose signer need not say again who it is."""
    signed = [one.request for one in page.documents if one.is_signed]
    return signed[-1] if signed else None
