"""What staff do to a rental: suspend, resume, cancel, propose an amendment, settle."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.claims import errors as claim_errors
from marketingconnect.claims.models import Settlement
from marketingconnect.claims.queries import sale_of, settlement_of
from marketingconnect.claims.services import cancel_rental, decide_settlement
from marketingconnect.claims.states import SettlementState
from marketingconnect.offers.list_rental import errors as rental_errors
from marketingconnect.offers.list_rental.services import (
    propose_amendment,
    resume_rental,
    suspend_rental,
)
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.rentals.forms import (
    AmendForm,
    CancelForm,
    ReasonForm,
    SettleForm,
)
from marketingconnect.web.back_office.rentals.views import (
    ACCOUNTANTS,
    POLICE,
    SELLERS,
    context_of,
    rental_or_404,
)
from marketingconnect.web.errors import conflict

REFUSALS = (rental_errors.RentalError, claim_errors.ClaimError)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*POLICE)
def suspend(request: StaffRequest, rental_id: int) -> HttpResponse:
    """Nothing is made nor downloaded while a misuse is looked into (CGV CL.2)."""
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        suspend_rental(
            rental_id,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            now=clock.now(),
        )

    return _carried_out(request, rental_id, "suspend", form, act, "Location suspendue.")


@require_POST
@staff_page(*POLICE)
def resume(request: StaffRequest, rental_id: int) -> HttpResponse:
    """The suspension ends."""
    rental_or_404(rental_id)
    try:
        resume_rental(rental_id, actor=actor_of(request), now=clock.now())
    except rental_errors.RentalError as refusal:
        return conflict(request, refusal.sentence)
    messages.success(request, "La location reprend où elle en était.")
    return redirect("back_office:rental", rental_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*POLICE)
def cancel(request: StaffRequest, rental_id: int) -> HttpResponse:
    """An order contrary to the contract is cancelled; what is not performed is credited (CL.2)."""
    form = CancelForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        cancel_rental(
            rental_id,
            reason=form.cleaned_data["reason"],
            with_file_fee=form.cleaned_data["with_file_fee"],
            actor=actor_of(request),
            now=clock.now(),
        )

    return _carried_out(request, rental_id, "cancel", form, act, "Location annulée.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*SELLERS)
def amend(request: StaffRequest, rental_id: int) -> HttpResponse:
    """Propose other uses; the client accepts or refuses them on its own screen (CGV CL.1)."""
    rental = rental_or_404(rental_id)
    typed = request.POST if request.method == "POST" else None
    form = AmendForm(typed, initial={"uses": rental.uses, "times": rental.times})

    def act() -> None:
        propose_amendment(
            rental_id,
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
            **form.wanted(),
        )

    done = "Avenant proposé : le client reçoit son prix et répond."
    return _carried_out(request, rental_id, "amend", form, act, done)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*ACCOUNTANTS)
def settle(request: StaffRequest, rental_id: int) -> HttpResponse:
    """Beyond the tolerance, write down what was agreed, and do it (CGV CL.6)."""
    rental = rental_or_404(rental_id)
    settlement = settlement_of(rental)
    if settlement is None or settlement.state != SettlementState.DECISION_AWAITED:
        return conflict(request, "Aucune décision n’est attendue pour cette location.")
    form = SettleForm(request.POST if request.method == "POST" else None)
    act = partial(_settle, request, settlement, form)
    done, terms = "Décision enregistrée et appliquée.", sale_of(rental).terms
    return _carried_out(request, rental_id, "settle", form, act, done, terms=terms)


def _settle(request: StaffRequest, settlement: Settlement, form: SettleForm) -> None:
    decide_settlement(
        settlement.pk,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
        **form.cleaned_data,
    )


def _carried_out(
    request: StaffRequest,
    rental_id: int,
    page: str,
    form: Form,
    act: Callable[[], None],
    done: str,
    **more: object,
) -> HttpResponse:
    """Ask, act, say it is done; a refusal is said by its field."""
    rental_or_404(rental_id)
    if form.is_valid() and _acted(form, act):
        messages.success(request, done)
        return redirect("back_office:rental", rental_id)
    context = {"form": form, **context_of(request, rental_id), **more}
    status = 400 if form.errors else 200
    return render(request, f"back_office/rentals/{page}.html", context, status=status)


def _acted(form: Form, act: Callable[[], None]) -> bool:
    try:
        act()
    except (rental_errors.InvalidFieldsError, claim_errors.InvalidFieldsError) as refusal:
        for field, sentence in refusal.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
    except REFUSALS as refusal:
        form.add_error(None, refusal.sentence)
    return form.is_valid()
