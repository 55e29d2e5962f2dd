"""One calm page to accept, one to refuse; nobody but the client opens them (CGV II.1.c)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import order_by_request
from marketingconnect.proposals.errors import (
    InvalidFieldsError,
    NotAllowedError,
    ProposalError,
)
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.notices import signing_path
from marketingconnect.proposals.queries import mandate_in_use
from marketingconnect.proposals.services import accept, ask_for_another, refuse
from marketingconnect.web.access import ClientRequest, client_ip, client_page
from marketingconnect.web.client_area.proposals.forms import AcceptForm, RefuseForm
from marketingconnect.web.client_area.proposals.reading import proposal_or_404
from marketingconnect.web.proposal_reading import Reading, reading_of
from marketingconnect.web.terms_chapters import chapters_of


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def agree(request: ClientRequest, proposal_reference: str) -> HttpResponse:
    """Summary, schedule, terms, declarations; the same form sent twice leads to one order."""
    found = proposal_or_404(request, proposal_reference)
    if placed := order_by_request(request.company.pk, request.POST.get("request_uuid", "")):
        return redirect(signing_path(placed))
    reading = reading_of(found, clock.now())
    if not reading.waits:
        return redirect("client_area:proposal", proposal_reference)
    typed = request.POST if request.method == "POST" else None
    form = AcceptForm(reading, mandate_in_use(found.company_id), typed)
    if form.is_valid():
        return _accepted(request, found, reading, form)
    return _page(request, reading, form, status=400 if form.errors else 200)


def _accepted(
    request: ClientRequest, found: Proposal, reading: Reading, form: AcceptForm
) -> HttpResponse:
    try:
        order = _placed(request, found, form)
    except InvalidFieldsError as refusal:
        for name, sentence in refusal.problems.items():
            form.add_error(name, sentence)
        return _page(request, reading, form, status=400)
    except NotAllowedError as refusal:
        return _page(request, reading, form, refusal=refusal.sentence, status=403)
    except ProposalError as refusal:
        return _changed(request, found, refusal)
    messages.success(request, f"C’est accepté : votre commande est {order.reference}.")
    return redirect(signing_path(order))


def _placed(request: ClientRequest, found: Proposal, form: AcceptForm) -> Order:
    return accept(
        found.pk,
        form.agreement(),
        user_id=request.user.pk,
        ip_address=client_ip(request),
        now=clock.now(),
    )


def _changed(request: ClientRequest, found: Proposal, refusal: ProposalError) -> HttpResponse:
    """409: the proposal as it is now, the boxes to tick again."""
    found.refresh_from_db()
    reading = reading_of(found, clock.now())
    if not reading.waits:
        return render(request, "errors/409.html", {"sentence": refusal.sentence}, status=409)
    form = AcceptForm(reading, mandate_in_use(found.company_id))
    return _page(request, reading, form, refusal=refusal.sentence, status=409)


def _page(
    request: ClientRequest,
    reading: Reading,
    form: AcceptForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "reading": reading,
        "proposal": reading.proposal,
        "cart": reading.quote,
        "form": form,
        "chapters": chapters_of(reading.quote.terms),
        "mandate": mandate_in_use(reading.proposal.company_id),
        "refusal": refusal,
    }
    return render(request, "client_area/proposals/accept.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def decline(request: ClientRequest, proposal_reference: str) -> HttpResponse:
    """Say no, and why; nothing is ordered."""
    found = proposal_or_404(request, proposal_reference)
    if not reading_of(found, clock.now()).waits:
        return redirect("client_area:proposal", proposal_reference)
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _declined(request, found, form):
        messages.success(request, "Votre réponse est transmise à votre conseiller.")
        return redirect("client_area:proposal", proposal_reference)
    context = {"proposal": found, "form": form}
    status = 400 if form.errors else 200
    return render(request, "client_area/proposals/refuse.html", context, status=status)


def _declined(request: ClientRequest, found: Proposal, form: RefuseForm) -> bool:
    reason = form.cleaned_data["reason"]
    try:
        refuse(found.pk, reason=reason, user_id=request.user.pk, now=clock.now())
    except ProposalError as refusal:
        form.add_error("reason", refusal.sentence)
    return form.is_valid()


@require_POST
@client_page(MemberRole.EDITOR)
def ask_again(request: ClientRequest, proposal_reference: str) -> HttpResponse:
    """Ask the advisor for an up-to-date one."""
    found = proposal_or_404(request, proposal_reference)
    try:
        ask_for_another(found.pk, user_id=request.user.pk, now=clock.now())
    except ProposalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Demande envoyée : votre conseiller vous répondra.")
    return redirect("client_area:proposal", proposal_reference)
