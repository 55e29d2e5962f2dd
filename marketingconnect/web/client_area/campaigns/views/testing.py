"""Two messages put to the test: the second one, on which part, for how long."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.pacing import choose_test, give_up_test
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.campaigns.dossier import Dossier, dossier_of
from marketingconnect.web.client_area.campaigns.forms import messages_to_choose
from marketingconnect.web.client_area.campaigns.testing import TestForm


@require_http_methods(["GET", "POST"])
@client_page()
def subject_test(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Choose the second message of a test."""
    if request.method == "POST" and request.member_role is MemberRole.VIEWER:
        raise PermissionDenied
    dossier = dossier_of(request.company.pk, campaign_id)
    form = _form(request, dossier)
    if not dossier.is_launched and form.is_valid() and _kept(request, campaign_id, form):
        return redirect("client_area:campaign", campaign_id)
    context = {"dossier": dossier, "form": form}
    status = 400 if form.errors else 200
    return render(request, "client_area/campaigns/test.html", context, status=status)


@require_POST
@client_page(MemberRole.EDITOR)
def no_test(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """One message for everybody."""
    dossier = dossier_of(request.company.pk, campaign_id)
    if dossier.campaign.message_b_id is not None and not dossier.is_launched:
        give_up_test(campaign_id, actor=actor_of(request), now=clock.now())
        messages.success(request, "Tout le monde recevra le même message.")
    return redirect("client_area:campaign", campaign_id)


def _form(request: ClientRequest, dossier: Dossier) -> TestForm:
    campaign = dossier.campaign
    offered = messages_to_choose(request.company.pk, chosen=campaign.message_b_id)
    others = [one for one in offered if one.pk != campaign.message_id]
    chosen = {
        "message": campaign.message_b_id,
        "percent": campaign.test_percent or 20,
        "hours": campaign.test_hours or 4,
    }
    return TestForm(others, request.POST if request.method == "POST" else None, initial=chosen)


def _kept(request: ClientRequest, campaign_id: int, form: TestForm) -> bool:
    try:
        choose_test(
            campaign_id,
            message_id=int(form.cleaned_data["message"]),
            percent=form.cleaned_data["percent"],
            hours=form.cleaned_data["hours"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except EmailCampaignError as refusal:
        form.add_error("message", refusal.sentence)
        return False
    return True
