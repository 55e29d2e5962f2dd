"""Begin a campaign from another one: a copy, or those who did not open it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.email.duplicating import (
    duplicate_campaign,
    resend_to_who_did_not_open,
)
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.campaigns.dossier import dossier_of


@require_POST
@client_page(MemberRole.EDITOR)
def duplicate(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """A copy, to compose."""
    dossier = dossier_of(request.company.pk, campaign_id)
    copy = duplicate_campaign(
        dossier.campaign.pk,
        company_id=request.company.pk,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )
    messages.success(request, "Voici la copie : il lui reste une date, et ce que vous changerez.")
    return redirect("client_area:campaign", copy.pk)


@require_POST
@client_page(MemberRole.EDITOR)
def resend(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """A campaign to those who did not open this one, where that may be known."""
    dossier = dossier_of(request.company.pk, campaign_id)
    try:
        again = resend_to_who_did_not_open(
            dossier.campaign.pk,
            company_id=request.company.pk,
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )
    except EmailCampaignError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("client_area:campaign", campaign_id)
    messages.success(request, "Choisissez un autre objet, puis la date : rien n’est commandé.")
    return redirect("client_area:campaign", again.pk)
