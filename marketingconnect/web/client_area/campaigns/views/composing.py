"""The guided path of one campaign; steps are done in any order until the summary."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.cart.errors import CartError
from marketingconnect.cart.services import add_to_cart
from marketingconnect.contacts.queries import usable_files
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.email import services
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.campaigns.calendar import calendar_days
from marketingconnect.web.client_area.campaigns.dossier import Dossier, dossier_of, steps_of
from marketingconnect.web.client_area.campaigns.forms import (
    FileForm,
    MessageForm,
    SendDateForm,
    messages_to_choose,
)
from marketingconnect.web.client_area.campaigns.sources import sources_of


@require_http_methods(["GET"])
@client_page()
def summary(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Récapitulatif: everything chosen, everything missing, the price, the next verb."""
    dossier = dossier_of(request.company.pk, campaign_id)
    return _page(request, dossier, "summary", {})


@require_http_methods(["GET", "POST"])
@client_page()
def recipients(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """À qui: one of the company's files."""
    dossier = dossier_of(request.company.pk, campaign_id)
    initial = {"contact_file": dossier.campaign.contact_file_id}
    form = FileForm(usable_files(request.company.pk), _typed(request), initial=initial)

    def choose() -> None:
        services.choose_file(
            campaign_id,
            file_id=int(form.cleaned_data["contact_file"]),
            actor=actor_of(request),
            now=clock.now(),
        )

    sources = sources_of(dossier.campaign, here="file")
    return _step(request, dossier, "recipients", form, "contact_file", choose, sources=sources)


@require_http_methods(["GET", "POST"])
@client_page()
def message(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Quoi: one of the company's messages."""
    dossier = dossier_of(request.company.pk, campaign_id)
    initial = {"message": dossier.campaign.message_id}
    offered = messages_to_choose(request.company.pk, chosen=dossier.campaign.message_id)
    form = MessageForm(offered, _typed(request), initial=initial)

    def choose() -> None:
        services.choose_message(
            campaign_id,
            message_id=int(form.cleaned_data["message"]),
            actor=actor_of(request),
            now=clock.now(),
        )

    return _step(request, dossier, "message", form, "message", choose)


@require_http_methods(["GET", "POST"])
@client_page()
def calendar(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Quand: a day that the terms allow, and an hour."""
    dossier = dossier_of(request.company.pk, campaign_id)
    form = SendDateForm(_typed(request), initial=_chosen_date(dossier))

    def choose() -> None:
        services.choose_send_date(
            campaign_id,
            **form.departure(),
            payment_validated_on=dossier.paid_on,
            terms=dossier.terms,
            actor=actor_of(request),
            now=clock.now(),
        )

    days = calendar_days(dossier, asked=request.GET.get("mois", ""))
    return _step(request, dossier, "calendar", form, "send_on", choose, **days)


@require_POST
@client_page(MemberRole.EDITOR)
def order(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Put the campaign in the basket, where the terms are accepted and the order placed."""
    dossier = dossier_of(request.company.pk, campaign_id)
    try:
        add_to_cart(
            company_id=request.company.pk,
            user_id=request.user.pk,
            offer="email",
            item_id=dossier.campaign.pk,
            now=clock.now(),
        )
    except (NotSellableError, CartError) as refusal:
        messages.error(request, str(refusal))
        return redirect("client_area:campaign", campaign_id)
    return redirect("client_area:cart")


@require_POST
@client_page(MemberRole.EDITOR)
def abandon(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Put away a campaign that was not ordered."""
    dossier = dossier_of(request.company.pk, campaign_id)
    if dossier.line is not None:
        messages.error(request, "Cette campagne est commandée : elle ne s’abandonne pas ici.")
        return redirect("client_area:campaign", campaign_id)
    services.abandon_campaign(campaign_id, actor=actor_of(request), now=clock.now())
    messages.success(request, "La campagne est abandonnée ; son fichier et son message restent.")
    return redirect("client_area:campaigns")


def _step(
    request: ClientRequest,
    dossier: Dossier,
    page: str,
    form: Form,
    field: str,
    choose: Callable[[], None],
    **context: object,
) -> HttpResponse:
    """Show a step; a choice that the rules refuse is said beside its field, nothing is lost."""
    if request.method == "POST":
        if request.member_role is MemberRole.VIEWER:
            raise PermissionDenied
        if form.is_valid() and _chosen(form, field, choose):
            return redirect(_NEXT[page], dossier.campaign.pk)
    status = 400 if form.errors else 200
    return _page(request, dossier, page, {"form": form, **context}, status=status)


_NEXT = {
    "recipients": "client_area:campaign_message",
    "message": "client_area:campaign_calendar",
    "calendar": "client_area:campaign",
}


def _typed(request: ClientRequest) -> QueryDict | None:
    """What was posted, be it nothing: an empty form is an error to explain."""
    return request.POST if request.method == "POST" else None


def _chosen(form: Form, field: str, choose: Callable[[], None]) -> bool:
    try:
        choose()
    except EmailCampaignError as refusal:
        article = f" (art. {refusal.article})" if refusal.article else ""
        form.add_error(field, f"{refusal.sentence.rstrip('.')}{article}.")
        return False
    return True


def _page(
    request: ClientRequest,
    dossier: Dossier,
    page: str,
    context: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    shown = {"dossier": dossier, "steps": steps_of(dossier, here=page), **context}
    return render(request, f"client_area/campaigns/{page}.html", shown, status=status)


def _chosen_date(dossier: Dossier) -> dict[str, object]:
    if dossier.campaign.send_at is None:
        return {}
    local = dossier.campaign.send_at.astimezone(clock.PARIS)
    return {
        "send_on": local.date(),
        "send_hour": f"{local:%H:%M}",
        "spread": dossier.campaign.spread_minutes,
    }
