"""The home of the client area: what to do next, then what goes on, then the last results."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketingconnect import clock
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.campaigns.tables import campaign_rows
from marketingconnect.web.client_area.home.next_things import next_things


@require_GET
@client_page()
def home(request: ClientRequest) -> HttpResponse:
    """Say what is next, and nothing that isn't useful for it."""
    to_do, going_on = next_things(request.company.pk, today=clock.today())
    sent, _ = campaign_rows(request.company.pk, only_launched=True)
    context = {
        "to_do": to_do,
        "going_on": going_on,
        "sent": [row for row in sent if row.totals][:5],
    }
    return render(request, "client_area/home/home.html", context)
