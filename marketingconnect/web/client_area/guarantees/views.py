"""A client reads what is guaranteed of what it sent, claims, notes its letter, reads the answer."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.claims.errors import ClaimError
from marketingconnect.claims.guarantee_queries import (
    guarantee_claims,
    guarantee_claims_of_line,
    prospect_of,
)
from marketingconnect.claims.models import GuaranteeClaim
from marketingconnect.claims.services import open_guarantee_claim, record_guarantee_letter
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.orders.models import OrderLine
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.rentals.forms import LetterForm
from marketingconnect.web.components import Kind

STATES: Final[dict[str, tuple[str, Kind]]] = {
    GuaranteeState.RECEIVED: ("En attente de votre lettre", "warning"),
    GuaranteeState.INADMISSIBLE: ("Irrecevable", "error"),
    GuaranteeState.CHECKED: ("Recevable, avoir en préparation", "info"),
    GuaranteeState.REFUSED: ("Refusée", "error"),
    GuaranteeState.CREDITED: ("Avoir accordé", "success"),
}


@require_safe
@client_page()
def guarantees(request: ClientRequest) -> HttpResponse:
    """The company's claims, the latest first."""
    found = guarantee_claims().filter(company=request.company)[:100]
    context = {"rows": [(one, *words_of(one)) for one in found]}
    return render(request, "client_area/guarantees/list.html", context)


@require_safe
@client_page()
def line(request: ClientRequest, order_line_id: int) -> HttpResponse:
    """What is guaranteed of an order line: figures, thresholds, what it gives, the last day."""
    found = _line_or_404(request, order_line_id)
    claims = list(guarantee_claims_of_line(found))
    prospect = prospect_of(found)
    context = {
        "line": found,
        "prospect": prospect,
        "claims": [(one, *words_of(one)) for one in claims],
        "is_late": prospect is not None and prospect.is_late(clock.today()),
        "may_claim": request.member_role is not MemberRole.VIEWER
        and prospect is not None
        and prospect.lot.is_rented
        and all(one.state == GuaranteeState.INADMISSIBLE for one in claims),
    }
    return render(request, "client_area/guarantees/line.html", context)


@require_POST
@client_page(MemberRole.EDITOR)
def open_one(request: ClientRequest, order_line_id: int) -> HttpResponse:
    """Begin a claim; the letter follows."""
    found = _line_or_404(request, order_line_id)
    try:
        claim = open_guarantee_claim(
            found.pk, user_id=request.user.pk, actor=actor_of(request), now=clock.now()
        )
    except ClaimError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("client_area:guarantee_line", order_line_id)
    messages.success(request, "Réclamation ouverte. Envoyez la lettre, puis notez son numéro ici.")
    return redirect("client_area:guarantee", claim.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def claim(request: ClientRequest, guarantee_reference: str) -> HttpResponse:
    """One claim: what is missing, what was decided and by which rule."""
    found = _claim_or_404(request, guarantee_reference)
    may_write = request.member_role is not MemberRole.VIEWER
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = LetterForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _noted(request, found, form):
        messages.success(request, "Lettre notée : notre comptabilité examine la réclamation.")
        return redirect("client_area:guarantee", guarantee_reference)
    context = {**_context(found), "form": form, "may_write": may_write}
    status = 400 if form.errors else 200
    return render(request, "client_area/guarantees/claim.html", context, status=status)


def _context(found: GuaranteeClaim) -> dict[str, object]:
    words, kind = words_of(found)
    return {
        "claim": found,
        "words": words,
        "kind": kind,
        "prospect": prospect_of(found.line),
        "figures": found.figures.all(),
        "waits_for_letter": found.state == GuaranteeState.RECEIVED and found.letter is None,
    }


def _noted(request: ClientRequest, found: GuaranteeClaim, form: LetterForm) -> bool:
    try:
        record_guarantee_letter(
            found.pk,
            **form.cleaned_data,
            received_on=None,
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )
    except ClaimError as refusal:
        form.add_error(None, refusal.sentence)
    return form.is_valid()


def words_of(claim: GuaranteeClaim) -> tuple[str, Kind]:
    """Its state in words; a letter noted is on our side."""
    if claim.state == GuaranteeState.RECEIVED and claim.letter is not None:
        return "En examen", "info"
    return STATES[claim.state]


def _line_or_404(request: ClientRequest, order_line_id: int) -> OrderLine:
    lines = OrderLine.objects.select_related("order__terms", "order__company")
    found = lines.filter(pk=order_line_id, order__company=request.company).first()
    if found is None:
        raise Http404
    return found


def _claim_or_404(request: ClientRequest, reference: str) -> GuaranteeClaim:
    found = guarantee_claims().filter(company=request.company, reference=reference).first()
    if found is None:
        raise Http404
    return found
