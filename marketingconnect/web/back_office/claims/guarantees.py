"""Accounting answers a claim about messages that did not arrive, step by step (CGV B.3, CC.4)."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.claims.errors import ClaimError
from marketingconnect.claims.guarantee_queries import guarantee_claims, guarantee_claims_waiting
from marketingconnect.claims.models import GuaranteeClaim
from marketingconnect.claims.services import (
    credit_guarantee_claim,
    examine_guarantee_claim,
    record_guarantee_letter,
)
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.claims.figures import shown_figures
from marketingconnect.web.back_office.claims.forms import LetterForm
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.components import Kind

STATES: Final[dict[str, tuple[str, Kind]]] = {
    GuaranteeState.RECEIVED: ("À examiner", "warning"),
    GuaranteeState.INADMISSIBLE: ("Irrecevable", "error"),
    GuaranteeState.CHECKED: ("Avoir à accorder", "warning"),
    GuaranteeState.REFUSED: ("Refusée", "error"),
    GuaranteeState.CREDITED: ("Avoir accordé", "success"),
}
_CLOSED: Final = 20


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def guarantees(request: StaffRequest) -> HttpResponse:
    """What waits, the oldest first; then the last ones decided."""
    waiting = guarantee_claims_waiting()
    decided = guarantee_claims().exclude(pk__in=waiting.values("pk"))[:_CLOSED]
    context = {
        "waiting": [(one, *words_of(one)) for one in waiting],
        "decided": [(one, *words_of(one)) for one in decided],
    }
    return render(request, "back_office/claims/guarantees.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def guarantee(request: StaffRequest, guarantee_reference: str) -> HttpResponse:
    """One claim: letter, figures, what the rule gives of them, the decision."""
    return _page(request, _claim_or_404(guarantee_reference))


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def letter(request: StaffRequest, guarantee_reference: str) -> HttpResponse:
    """Write down the registered letter as it came."""
    found, form = _claim_or_404(guarantee_reference), LetterForm(request.POST)
    if form.is_valid():
        try:
            record_guarantee_letter(found.pk, **form.cleaned_data, **_by(request))
        except ClaimError as refusal:
            form.add_error(None, refusal.sentence)
    if form.errors:
        return _page(request, found, status=400, letter=form)
    messages.success(request, "Lettre enregistrée.")
    return redirect("back_office:guarantee", guarantee_reference)


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def examine(request: StaffRequest, guarantee_reference: str) -> HttpResponse:
    """Admissible or not, above its threshold or not: the rule says it."""
    return _decided(request, guarantee_reference, examine_guarantee_claim)


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def credit(request: StaffRequest, guarantee_reference: str) -> HttpResponse:
    """The credit note of the excess."""
    return _decided(request, guarantee_reference, credit_guarantee_claim)


def _decided(
    request: StaffRequest, reference: str, act: Callable[..., GuaranteeClaim]
) -> HttpResponse:
    found = _claim_or_404(reference)
    try:
        after = act(found.pk, **_by(request))
    except ClaimError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"Réclamation examinée : {STATES[after.state][0].lower()}.")
    return redirect("back_office:guarantee", reference)


def _by(request: StaffRequest) -> dict[str, Any]:
    return {"user_id": request.user.pk, "actor": actor_of(request), "now": clock.now()}


def _page(
    request: StaffRequest, found: GuaranteeClaim, *, status: int = 200, letter: Any = None
) -> HttpResponse:
    words, kind = words_of(found)
    context = {
        "claim": found,
        "words": words,
        "kind": kind,
        **shown_figures(found),
        "letter": letter or LetterForm(),
        "entries": journal_of(f"guarantee_claim:{found.pk}"),
    }
    return render(request, "back_office/claims/guarantee.html", context, status=status)


def words_of(claim: GuaranteeClaim) -> tuple[str, Kind]:
    """Its state in words; without a letter, the client's move."""
    if claim.state == GuaranteeState.RECEIVED and claim.letter is None:
        return "Lettre attendue", "neutral"
    return STATES[claim.state]


def _claim_or_404(reference: str) -> GuaranteeClaim:
    found = guarantee_claims().filter(reference=reference).first()
    if found is None:
        raise Http404
    return found
