"""Clicks and openings of a campaign, and what the client chose to measure."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.services import choose_measures
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.variants import Variant
from marketingconnect.statistics.visits.queries import csv_of, visits_of
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.campaigns.dossier import Dossier, dossier_of
from marketingconnect.web.client_area.campaigns.forms import MeasuresForm
from marketingconnect.web.client_area.campaigns.link_map import message_with_clicks
from marketingconnect.web.client_area.campaigns.since_seal import click_totals
from marketingconnect.web.client_area.campaigns.visits import clicks_page, variants_of
from marketingconnect.web.downloads import csv_download
from marketingconnect.web.email_preview import MEASURED, preview_response


@require_GET
@client_page()
def clicks(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Which links were followed, when, by people and by machines."""
    dossier, sending = _launched(request, campaign_id)
    context = {"dossier": dossier, **clicks_page(dossier.campaign, sending)}
    return render(request, "client_area/campaigns/clicks.html", context)


@require_GET
@client_page()
def clicks_message(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """The message with its clicks drawn on it, for the frame of the page of clicks."""
    _, sending = _launched(request, campaign_id)
    variant = request.GET.get("message", Variant.A)
    if variant not in variants_of(sending):
        raise Http404
    return preview_response(message_with_clicks(sending, variant), "", policy=MEASURED)


@require_GET
@client_page()
def clicks_csv(request: ClientRequest, campaign_id: int) -> HttpResponseBase:
    """The same figures for a spreadsheet."""
    _, sending = _launched(request, campaign_id)
    visits = visits_of(sending.pk)
    lines = csv_of(visits, click_totals(sending, visits))
    return csv_download(lines, f"clics-{campaign_id}.csv")


@require_http_methods(["GET", "POST"])
@client_page()
def measures(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Choose what is measured, until the campaign is handed over."""
    dossier = dossier_of(request.company.pk, campaign_id)
    if request.method == "POST" and request.member_role is MemberRole.VIEWER:
        raise PermissionDenied
    chosen = {"tracks_clicks": dossier.campaign.tracks_clicks, "opens": dossier.campaign.opens}
    form = MeasuresForm(request.POST if request.method == "POST" else None, initial=chosen)
    if not dossier.is_launched and form.is_valid() and _kept(request, campaign_id, form):
        return redirect("client_area:campaign", campaign_id)
    status = 400 if form.errors else 200
    context = {"dossier": dossier, "form": form}
    return render(request, "client_area/campaigns/measures.html", context, status=status)


def _kept(request: ClientRequest, campaign_id: int, form: MeasuresForm) -> bool:
    try:
        choose_measures(
            campaign_id,
            tracks_clicks=form.cleaned_data["tracks_clicks"],
            opens=Opens(form.cleaned_data["opens"]),
            actor=actor_of(request),
            now=clock.now(),
        )
    except EmailCampaignError as refusal:
        form.add_error("opens", refusal.sentence)
        return False
    messages.success(request, "C’est noté : votre choix vaudra pour cette campagne.")
    return True


def _launched(request: ClientRequest, campaign_id: int) -> tuple[Dossier, Campaign]:
    dossier = dossier_of(request.company.pk, campaign_id)
    if dossier.campaign.sending is None:
        raise Http404
    return dossier, dossier.campaign.sending
