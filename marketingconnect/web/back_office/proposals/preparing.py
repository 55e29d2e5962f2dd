"""Prepare for a client, on the telephone, what the proposal will sell (CGV II.1.c)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.catalogue.queries import (
    NoPriceError,
    PricedLine,
    current_price_list,
    price_of,
)
from marketingconnect.clock import paris_date
from marketingconnect.offers.email.offer import BASE_PRICE
from marketingconnect.proposals.errors import InvalidFieldsError, ProposalError
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.services import (
    prepare_base_campaign,
    prepare_campaign,
    prepare_rental,
)
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.desk import DeskError
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.queries import CountResult, count_for
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.proposals.forms import ConditionsForm
from marketingconnect.web.back_office.proposals.preparing_forms import (
    BaseCampaignForm,
    CampaignForm,
    RentalForm,
    email_targets_of,
)
from marketingconnect.web.back_office.proposals.views import page, proposal_or_404
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import number_in


@require_POST
@staff_page(StaffRole.ADVISOR)
def campaign(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """Begin a campaign for the client, and take it in the proposal."""
    found = proposal_or_404(proposal_reference)
    form = CampaignForm(found, request.POST)

    def prepare() -> None:
        typed = form.cleaned_data
        prepare_campaign(found.pk, name=typed["name"], file_id=typed["file"], **_by(request))

    return _prepared(request, found, "campaign_form", form, prepare)


@require_POST
@staff_page(StaffRole.ADVISOR)
def base_campaign(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """Count a target of the client's in the base, and begin a campaign to it."""
    found = proposal_or_404(proposal_reference)
    form = BaseCampaignForm(found, request.POST)

    def prepare() -> None:
        typed = form.cleaned_data
        target = _arrested(request, found, typed["target"])
        prepare_base_campaign(found.pk, name=typed["name"], **target, **_by(request))

    return _prepared(request, found, "base_form", form, prepare)


@require_safe
@staff_page(StaffRole.ADVISOR)
def base_count(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """How many people a target gives by e-mail now, and at what price: a fragment."""
    found = proposal_or_404(proposal_reference)
    targets = email_targets_of(found.company_id)
    target = targets.filter(pk=number_in(request.GET.get("base-target", "")) or 0).first()
    context: dict[str, Any] = {"target": target}
    if target is not None:
        try:
            told = _counted(request, found, Criteria.from_json(target.criteria))
        except InvalidFieldsError as refusal:
            context["refusal"] = refusal.problems["target"]
        else:
            context |= {"count": told.count, "price": _priced(told.count or 0)}
    return render(request, "back_office/proposals/_base_count.html", context)


def _priced(count: int) -> PricedLine | None:
    try:
        return price_of(current_price_list(clock.today()), BASE_PRICE, count)
    except NoPriceError:
        return None


@require_POST
@staff_page(StaffRole.ADVISOR)
def rental(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """Count a target of the client's, begin a file for it, and take it in the proposal."""
    found = proposal_or_404(proposal_reference)
    form = RentalForm(found, request.POST)

    return _prepared(
        request, found, "rental_form", form, lambda: _prepare_rental(request, found, form)
    )


def _prepare_rental(request: StaffRequest, found: Proposal, form: RentalForm) -> None:
    typed = form.cleaned_data
    prepare_rental(
        found.pk,
        name=typed["name"],
        **_arrested(request, found, typed["target"]),
        uses=typed["uses"],
        times=typed["times"],
        **_by(request),
    )


def _arrested(request: StaffRequest, found: Proposal, target: SavedTarget) -> dict[str, Any]:
    """The criteria as they stand, and what they give at this moment."""
    criteria = Criteria.from_json(target.criteria)
    told = _counted(request, found, criteria)
    return {"criteria": criteria, "counted": told.count or 0, "release": told.release}


def _counted(request: StaffRequest, found: Proposal, criteria: Criteria) -> CountResult:
    """CGV CL.4: the exact count of this moment, which is what will be priced and sold."""
    now, company_id = clock.now(), found.company_id
    today, user_id = paris_date(now), request.user.pk
    try:
        told = count_for(criteria, company_id=company_id, user_id=user_id, today=today, now=now)
    except DeskError as refusal:
        raise InvalidFieldsError({"target": str(refusal)}) from refusal
    if told.count is None:
        raise InvalidFieldsError({"target": told.refusal})
    return told


def _prepared(
    request: StaffRequest, found: Proposal, name: str, form: forms.Form, prepare: Any
) -> HttpResponse:
    if form.is_valid():
        try:
            prepare()
        except InvalidFieldsError as refusal:
            for field, sentence in refusal.problems.items():
                form.add_error(field, sentence)
        except ProposalError as refusal:
            return conflict(request, refusal.sentence)
        except LookupError as gone:
            raise Http404 from gone
    if form.errors:
        conditions = ConditionsForm.of(found)
        return page(request, found, conditions, status=400, mistaken=form, **{name: form})
    messages.success(request, "Préparée pour le client, et ajoutée à la proposition.")
    return redirect("back_office:proposal", found.reference)


def _by(request: StaffRequest) -> dict[str, Any]:
    return {"user_id": request.user.pk, "actor": actor_of(request), "now": clock.now()}
