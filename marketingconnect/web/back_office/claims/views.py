"""Accounting's screens: settlements to decide, claims to examine and to answer."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.claims import queries, services
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError
from marketingconnect.claims.models import Claim
from marketingconnect.claims.rules.settlement import deviation_percent
from marketingconnect.claims.states import ClaimState
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.claims.forms import (
    DecideForm,
    LetterForm,
    MailForm,
    RefuseForm,
)
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.components import Kind

STATES: Final[dict[str, tuple[str, Kind]]] = {
    ClaimState.RECEIVED: ("À examiner", "warning"),
    ClaimState.ADMISSIBLE: ("Recevable", "info"),
    ClaimState.INADMISSIBLE: ("Irrecevable", "error"),
    ClaimState.CHECKED: ("À décider", "warning"),
    ClaimState.CREDIT_NOTE: ("Avoir accordé", "success"),
    ClaimState.REPLACEMENT: ("Adresses de remplacement", "success"),
    ClaimState.REFUSED: ("Refusée", "error"),
}
_CLOSED: Final = 20


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def claims(request: StaffRequest) -> HttpResponse:
    """What waits: quantities beyond the tolerance, claims, the oldest first; then the last ones."""
    waiting = queries.claims_awaiting_a_decision()
    context = {
        "settlements": [
            (one, deviation_percent(ordered=one.ordered, delivered=one.delivered))
            for one in queries.settlements_awaiting_a_decision()
        ],
        "waiting": [(one, *_words(one)) for one in waiting],
        "decided": [(one, *_words(one)) for one in _decided()],
    }
    return render(request, "back_office/claims/queue.html", context)


def _decided() -> list[Claim]:
    """The last ones decided."""
    decided = Claim.objects.filter(decided_at__isnull=False).exclude(state=ClaimState.CHECKED)
    found = decided.select_related("company", "credit_note", "replacement")
    return list(found.order_by("-decided_at")[:_CLOSED])


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def claim(request: StaffRequest, claim_reference: str) -> HttpResponse:
    """One claim: letter, returned mail, what the rule gives, the decision."""
    return _page(request, _claim_or_404(claim_reference))


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def letter(request: StaffRequest, claim_reference: str) -> HttpResponse:
    """Write down the registered letter as it came."""
    found, form = _claim_or_404(claim_reference), LetterForm(request.POST)

    def act() -> None:
        services.record_letter(
            found.pk, actor=actor_of(request), now=clock.now(), **form.cleaned_data
        )

    return _carried_out(request, found, "letter", form, act, "Lettre enregistrée.")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def mail(request: StaffRequest, claim_reference: str) -> HttpResponse:
    """Enter envelopes that came by post; they are checked like the client's own lists."""
    found, form = _claim_or_404(claim_reference), MailForm(request.POST)

    def act() -> None:
        services.receive_typed_returns(
            company_id=found.company_id,
            text=form.cleaned_data["references"],
            handed_back_on=form.cleaned_data["handed_back_on"],
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )

    done = "Plis remis au contrôle ; le compte se met à jour dans un instant."
    return _carried_out(request, found, "mail", form, act, done)


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def examine(request: StaffRequest, claim_reference: str) -> HttpResponse:
    """Admissible or not, by the rule; then the mail it covers is counted."""
    found = _claim_or_404(claim_reference)
    try:
        after = services.examine_claim(
            found.pk, user_id=request.user.pk, actor=actor_of(request), now=clock.now()
        )
    except ClaimError as refusal:
        messages.error(request, refusal.sentence)
    else:
        words, _ = STATES[after.state]
        messages.success(request, f"Réclamation examinée : {words.lower()}.")
    return redirect("back_office:claim", claim_reference)


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def decide(request: StaffRequest, claim_reference: str) -> HttpResponse:
    """A credit note or replacement addresses."""
    found, form = _claim_or_404(claim_reference), DecideForm(request.POST)

    def act() -> None:
        services.decide_claim(
            found.pk,
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
            **form.cleaned_data,
        )

    done = "Décision enregistrée : le client est prévenu."
    return _carried_out(request, found, "decision", form, act, done)


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def refuse(request: StaffRequest, claim_reference: str) -> HttpResponse:
    """Nothing is due; the client reads why."""
    found, form = _claim_or_404(claim_reference), RefuseForm(request.POST)

    def act() -> None:
        services.refuse_claim(
            found.pk,
            sentence=form.cleaned_data["sentence"],
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )

    return _carried_out(request, found, "refusal", form, act, "Réclamation refusée.")


def _carried_out(
    request: StaffRequest, found: Claim, name: str, form: Form, act: Callable[[], None], done: str
) -> HttpResponse:
    """Act when the form stands; what the rules refuse is said by its field."""
    if form.is_valid() and _acted(form, act):
        messages.success(request, done)
        return redirect("back_office:claim", found.reference)
    return _page(request, found, status=400, **{name: form})


def _acted(form: Form, act: Callable[[], None]) -> bool:
    try:
        act()
    except InvalidFieldsError as refusal:
        for field, sentence in refusal.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
    except (ClaimError, RentalError) as refusal:
        form.add_error(None, refusal.sentence)
    return form.is_valid()


def _page(request: StaffRequest, found: Claim, *, status: int = 200, **forms: Form) -> HttpResponse:
    words, kind = _words(found)
    initial = {
        "number": found.letter_number,
        "posted_on": found.letter_posted_on,
        "received_on": found.letter_received_on,
    }
    context: dict[str, Any] = {
        "claim": found,
        "words": words,
        "kind": kind,
        "rental": found.delivery.rental,
        "sale": queries.sale_of(found.delivery.rental),
        "delivered_on": queries.delivered_on(found.delivery),
        "returns": queries.returns_of(found.delivery),
        "letter": LetterForm(initial=initial),
        "mail": MailForm(initial={"handed_back_on": clock.today()}),
        "decision": DecideForm(),
        "refusal": RefuseForm(),
        "entries": journal_of(f"claim:{found.pk}"),
        **forms,
    }
    return render(request, "back_office/claims/claim.html", context, status=status)


def _words(claim: Claim) -> tuple[str, Kind]:
    if claim.state == ClaimState.RECEIVED and not claim.letter_number:
        return "Lettre attendue", "neutral"
    return STATES[claim.state]


def _claim_or_404(reference: str) -> Claim:
    found = (
        Claim.objects.select_related("company", "delivery__rental__company", "received_by")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Http404
    return found
