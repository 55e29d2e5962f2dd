"""Prepare for a client, on the telephone, what the proposal will sell (CGV II.1.c)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.clock import paris_date
from marketingconnect.proposals.errors import InvalidFieldsError, ProposalError
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.services import prepare_campaign, prepare_rental
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.desk import DeskError
from marketingconnect.targeting.queries import CountResult, count_for
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.proposals.forms import ConditionsForm
from marketingconnect.web.back_office.proposals.preparing_forms import CampaignForm, RentalForm
from marketingconnect.web.back_office.proposals.views import page, proposal_or_404
from marketingconnect.web.errors import conflict


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
def rental(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """Count a target of the client's, begin a file for it, and take it in the proposal."""
    found = proposal_or_404(proposal_reference)
    form = RentalForm(found, request.POST)

    return _prepared(
        request, found, "rental_form", form, lambda: _prepare_rental(request, found, form)
    )


def _prepare_rental(request: StaffRequest, found: Proposal, form: RentalForm) -> None:
    typed = form.cleaned_data
    criteria = Criteria.from_json(typed["target"].criteria)
    told = _counted(request, found, criteria)
    prepare_rental(
        found.pk,
        name=typed["name"],
        criteria=criteria,
        counted=told.count or 0,
        release=told.release,
        uses=typed["uses"],
        times=typed["times"],
        **_by(request),
    )


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
