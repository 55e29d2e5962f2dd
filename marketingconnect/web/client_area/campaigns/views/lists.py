"""All the campaigns, a new one, and the results side by side."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.email.services import start_campaign
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.campaigns.comparing import compared, comparison_csv
from marketingconnect.web.client_area.campaigns.everything import work_rows
from marketingconnect.web.client_area.campaigns.forms import NameForm
from marketingconnect.web.client_area.campaigns.month import month_of
from marketingconnect.web.client_area.campaigns.tables import campaign_rows, months_of
from marketingconnect.web.downloads import csv_download


@require_GET
@client_page()
def campaigns(request: ClientRequest) -> HttpResponse:
    """Everything of the company, and a calendar of what has a date."""
    rows, following = work_rows(request.company.pk, before=request.GET.get("apres", ""))
    context = {"rows": rows, "following": following, "months": months_of(request.company.pk)}
    return render(request, "client_area/campaigns/list.html", context)


@require_GET
@client_page()
def month(request: ClientRequest) -> HttpResponse:
    """The company's campaigns on a calendar, a month at a time."""
    today = clock.today()
    shown = month_of(
        request.company.pk,
        asked=request.GET.get("mois", ""),
        today=today,
        terms=parameters_of(current_terms(today)),
    )
    return render(request, "client_area/campaigns/month.html", shown)


@require_GET
@client_page()
def results(request: ClientRequest) -> HttpResponse:
    """The figures of the campaigns that left, side by side."""
    rows, following = campaign_rows(
        request.company.pk, before=request.GET.get("apres", ""), only_launched=True
    )
    context = {"rows": rows, "following": following}
    return render(request, "client_area/campaigns/results.html", context)


@require_GET
@client_page()
def compare(request: ClientRequest) -> HttpResponseBase:
    """Up to four campaigns side by side, on screen or as a file."""
    rows = compared(request.company.pk, request.GET.getlist("c"))
    if "csv" in request.GET:
        return csv_download(comparison_csv(rows), "comparaison.csv")
    asked = "&".join(f"c={row.campaign.pk}" for row in rows)
    context = {"rows": rows, "csv_url": f"?{asked}&csv=1"}
    return render(request, "client_area/campaigns/compare.html", context)


@require_http_methods(["GET", "POST"])
@client_page(MemberRole.EDITOR)
def new(request: ClientRequest) -> HttpResponse:
    """Name a campaign, then choose its recipients."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        campaign = start_campaign(
            company_id=request.company.pk,
            name=form.cleaned_data["name"],
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )
        return redirect("client_area:campaign_recipients", campaign.pk)
    status = 400 if request.method == "POST" else 200
    return render(request, "client_area/campaigns/new.html", {"form": form}, status=status)
