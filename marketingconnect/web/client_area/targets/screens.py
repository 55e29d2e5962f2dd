"""The targeting screen of a client."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.targets.place import place_of
from marketingconnect.web.targeting import exporting, page


@require_http_methods(["GET", "POST"])
@client_page()
def target(request: ClientRequest, target_id: int) -> HttpResponse:
    """Criteria, count, price and map of one target; a post keeps what was chosen."""
    place = place_of(request, target_id)
    return page.save(request, place) if request.method == "POST" else page.show(request, place)


@require_GET
@client_page()
def details(request: ClientRequest, target_id: int) -> HttpResponse:
    """The figures below the count."""
    return page.details(request, place_of(request, target_id))


@require_GET
@client_page()
def export(request: ClientRequest, target_id: int) -> HttpResponse:
    """Every figure of the screen, as a CSV file."""
    return exporting.csv_of(place_of(request, target_id))


@require_POST
@client_page(MemberRole.EDITOR)
def population(request: ClientRequest, target_id: int) -> HttpResponse:
    """Target the other population; places and channel stay."""
    return page.change_population(request, place_of(request, target_id))


@require_GET
@client_page()
def places(request: ClientRequest) -> HttpResponse:
    """Places found by their name."""
    return page.places(request)


@require_GET
@client_page()
def activities(request: ClientRequest) -> HttpResponse:
    """Activities found by their name, or the branch below one."""
    return page.activities(request, reverse("client_area:target_activities"))
