"""Campaigns on their way out, for the staff: watch, pause, resume, stop, decide on doubts."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.contracts.errors import ContractError
from marketingconnect.contracts.services.sendings import resume_sending
from marketingconnect.sending import services
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.states import Decision
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.sendings.forms import DoubtForm, ReasonForm
from marketingconnect.web.back_office.sendings.pages import sending_page, sending_rows

DONE: Final = {
    "pause": "La campagne est en pause : plus rien ne part.",
    "reprendre": "La campagne reprend où elle en était.",
    "arreter": "La campagne est arrêtée ; les adresses restantes comptent comme non envoyées.",
}
_VERBS: Final = {
    "pause": services.pause_campaign,
    "reprendre": resume_sending,
    "arreter": services.stop_campaign,
}


@require_GET
@staff_page(StaffRole.MODERATION, StaffRole.ADVISOR)
def sendings(request: StaffRequest) -> HttpResponse:
    """Everything that leaves, left lately or will."""
    context = {"rows": sending_rows(), "counted_at": clock.now()}
    return render(request, "back_office/sendings/list.html", context)


@require_GET
@staff_page(StaffRole.MODERATION, StaffRole.ADVISOR)
def sending(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """One campaign: figures, verbs, doubtful recipients."""
    return _page(request, campaign_id, ReasonForm())


@require_POST
@staff_page(StaffRole.MODERATION)
def act(request: StaffRequest, campaign_id: int, verb: str) -> HttpResponse:
    """Pause, resume or stop, with a reason."""
    if verb not in _VERBS:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign_id, form, status=400, asked=verb)
    sending_page(campaign_id, after="")
    try:
        _VERBS[verb](campaign_id, actor=actor_of(request), reason=form.sentence(), now=clock.now())
    except (SendingError, ContractError) as refusal:
        return _page(request, campaign_id, form, status=409, trouble=str(refusal))
    messages.success(request, DONE[verb])
    return redirect("back_office:sending", campaign_id)


@require_POST
@staff_page(StaffRole.MODERATION)
def decide(request: StaffRequest, campaign_id: int, position: int) -> HttpResponse:
    """Say how to see one doubtful recipient."""
    sending_page(campaign_id, after="")
    form = DoubtForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign_id, ReasonForm(), status=400, doubt=form, about=position)
    try:
        _keep_decision(request, campaign_id, position, form)
    except SendingError as refusal:
        return _page(request, campaign_id, ReasonForm(), status=409, trouble=str(refusal))
    messages.success(request, "La décision est inscrite au journal.")
    return redirect("back_office:sending", campaign_id)


def _keep_decision(request: StaffRequest, campaign_id: int, position: int, form: DoubtForm) -> None:
    services.decide_doubt(
        campaign_id=campaign_id,
        position=position,
        decision=Decision(form.cleaned_data["decision"]),
        reason=form.cleaned_data["reason"],
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )


def _page(
    request: StaffRequest,
    campaign_id: int,
    form: ReasonForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    page = sending_page(campaign_id, after=request.GET.get("apres", ""))
    may_act = request.user.staff_role in {StaffRole.MODERATION, StaffRole.ADMINISTRATOR}
    context = {"form": form, "doubt": DoubtForm(), "may_act": may_act, **page, **more}
    return render(request, "back_office/sendings/sending.html", context, status=status)
