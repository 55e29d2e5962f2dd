"""Claims about returned mail: opened, backed by a registered letter, answered (CGV CL.6)."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError
from marketingconnect.claims.models import Claim
from marketingconnect.claims.queries import claim_of, claims_of, returns_of, sale_of
from marketingconnect.claims.services import open_claim, record_letter
from marketingconnect.claims.states import ClaimState
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.rentals.deliveries import delivery_or_404
from marketingconnect.web.client_area.rentals.forms import LetterForm
from marketingconnect.web.components import Kind

STATES: Final[dict[str, tuple[str, Kind]]] = {
    ClaimState.RECEIVED: ("En attente de votre lettre", "warning"),
    ClaimState.ADMISSIBLE: ("Recevable", "info"),
    ClaimState.INADMISSIBLE: ("Irrecevable", "error"),
    ClaimState.CHECKED: ("Plis comptés, décision en cours", "info"),
    ClaimState.CREDIT_NOTE: ("Avoir accordé", "success"),
    ClaimState.REPLACEMENT: ("Adresses de remplacement", "success"),
    ClaimState.REFUSED: ("Refusée", "error"),
}


@require_safe
@client_page()
def claims(request: ClientRequest) -> HttpResponse:
    """The company's claims, the latest first."""
    found = claims_of(request.company.pk).order_by("-pk")[:100]
    context = {"rows": [(one, *words_of(one)) for one in found]}
    return render(request, "client_area/rentals/claims.html", context)


@require_POST
@client_page(MemberRole.EDITOR)
def open_one(request: ClientRequest, delivery_reference: str) -> HttpResponse:
    """Begin a claim about a delivery; the letter follows."""
    delivery = delivery_or_404(request.company.pk, delivery_reference)
    try:
        claim = open_claim(
            delivery.pk, user_id=request.user.pk, actor=actor_of(request), now=clock.now()
        )
    except ClaimError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("client_area:rental_delivery", delivery_reference)
    messages.success(request, "Réclamation ouverte. Envoyez la lettre, puis notez son numéro ici.")
    return redirect("client_area:claim", claim.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def claim(request: ClientRequest, claim_reference: str) -> HttpResponse:
    """One claim: what is missing, what was decided and by which rule."""
    found = _claim_or_404(request, claim_reference)
    if request.method == "POST" and request.member_role is MemberRole.VIEWER:
        raise PermissionDenied
    initial = {"number": found.letter_number, "posted_on": found.letter_posted_on}
    form = LetterForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _letter_noted(request, found, form):
        messages.success(request, "Lettre notée : notre comptabilité examine la réclamation.")
        return redirect("client_area:claim", claim_reference)
    context = _context(request, found, form)
    status = 400 if form.errors else 200
    return render(request, "client_area/rentals/claim.html", context, status=status)


def _letter_noted(request: ClientRequest, found: Claim, form: LetterForm) -> bool:
    try:
        record_letter(
            found.pk,
            received_on=found.letter_received_on,
            actor=actor_of(request),
            now=clock.now(),
            **form.cleaned_data,
        )
    except InvalidFieldsError as refusal:
        for field, sentence in refusal.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
    except ClaimError as refusal:
        form.add_error(None, refusal.sentence)
    return form.is_valid()


def _context(request: ClientRequest, found: Claim, form: LetterForm) -> dict[str, Any]:
    words, kind = words_of(found)
    return {
        "claim": found,
        "words": words,
        "kind": kind,
        "form": form,
        "terms": sale_of(found.delivery.rental).terms,
        "returns": returns_of(found.delivery),
        "waits_for_letter": found.state == ClaimState.RECEIVED,
        "may_write": request.member_role is not MemberRole.VIEWER,
    }


def words_of(claim: Claim) -> tuple[str, Kind]:
    """Its state in words; a letter noted is on our side."""
    if claim.state == ClaimState.RECEIVED and claim.letter_number:
        return "En examen", "info"
    return STATES[claim.state]


def _claim_or_404(request: ClientRequest, reference: str) -> Claim:
    try:
        return claim_of(request.company.pk, reference)
    except Claim.DoesNotExist as missing:
        raise Http404 from missing
