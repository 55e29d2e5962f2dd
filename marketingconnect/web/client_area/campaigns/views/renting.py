"""A campaign to the operator's base: from a saved target, or from a target still to be made."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.email.services import start_campaign
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saved import target_of, targets_of
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.campaigns.dossier import Dossier, dossier_of, steps_of
from marketingconnect.web.client_area.campaigns.forms import NameForm
from marketingconnect.web.client_area.campaigns.renting import EmailTargetForm, target_refusal
from marketingconnect.web.client_area.campaigns.sources import sources_of
from marketingconnect.web.targeting.listing import in_words

_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def rented_recipients(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """À qui: one of the saved targets of the base, counted now."""
    if request.method == "POST" and request.member_role is MemberRole.VIEWER:
        raise PermissionDenied
    dossier = dossier_of(request.company.pk, campaign_id)
    typed = request.POST if request.method == "POST" else None
    form = EmailTargetForm(targets_of(request.company.pk)[:_SHOWN], typed)
    if form.is_valid():
        chosen = target_of(request.company.pk, int(form.cleaned_data["target"]))
        if not (refusal := target_refusal(request, campaign_id, chosen)):
            return redirect("client_area:campaign_message", campaign_id)
        form.add_error("target", refusal)
    status = 400 if form.errors else 200
    return render(request, "client_area/campaigns/rented.html", _step(dossier, form), status=status)


def _step(dossier: Dossier, form: EmailTargetForm) -> dict[str, object]:
    return {
        "dossier": dossier,
        "steps": steps_of(dossier, here="recipients"),
        "sources": sources_of(dossier.campaign, here="base"),
        "form": form,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def from_target(request: ClientRequest, target_id: int) -> HttpResponse:
    """Write to whom a target counts: only the name of the campaign is asked."""
    try:
        target = target_of(request.company.pk, target_id)
    except SavedTarget.DoesNotExist as error:
        raise Http404 from error
    typed = request.POST if request.method == "POST" else None
    form = NameForm(typed, initial={"name": target.name})
    if form.is_valid():
        return _started(request, form.cleaned_data["name"], target)
    context = {"form": form, "target": target, "words": in_words(target)}
    status = 400 if form.errors else 200
    return render(request, "client_area/campaigns/from_target.html", context, status=status)


def _started(request: ClientRequest, name: str, target: SavedTarget) -> HttpResponse:
    """A target that cannot be written to leaves the campaign there, to choose another one."""
    campaign = start_campaign(
        company_id=request.company.pk,
        name=name,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )
    if refusal := target_refusal(request, campaign.pk, target):
        messages.error(request, refusal)
        return redirect("client_area:campaign_rented", campaign.pk)
    return redirect("client_area:campaign_message", campaign.pk)
