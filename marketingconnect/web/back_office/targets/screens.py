"""The targeting screen of an advisor."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.targets.place import place_of
from marketingconnect.web.targeting import exporting, page
from marketingconnect.web.targeting import sessions as together


@require_http_methods(["GET", "POST"])
@staff_page(StaffRole.ADVISOR)
def target(request: StaffRequest, target_id: int) -> HttpResponse:
    """The client's target; a post changes it during a session."""
    place = place_of(request, target_id)
    if request.method != "POST":
        return page.show(request, place)
    if not place.may_write:
        return together.is_over(request)
    return page.save(request, place)


@require_GET
@staff_page(StaffRole.ADVISOR)
def details(request: StaffRequest, target_id: int) -> HttpResponse:
    """The figures below the count."""
    return page.details(request, place_of(request, target_id))


@require_GET
@staff_page(StaffRole.ADVISOR)
def export(request: StaffRequest, target_id: int) -> HttpResponse:
    """Every figure of the screen, as a CSV file."""
    return exporting.csv_of(place_of(request, target_id))


@require_POST
@staff_page(StaffRole.ADVISOR)
def population(request: StaffRequest, target_id: int) -> HttpResponse:
    """Target the other population, with the client."""
    place = place_of(request, target_id)
    if not place.may_write:
        return together.is_over(request)
    return page.change_population(request, place)


@require_GET
@staff_page(StaffRole.ADVISOR)
def session(request: StaffRequest, target_id: int) -> HttpResponse:
    """The panel alone: who is there, what changed."""
    return together.panel(request, place_of(request, target_id))


@require_POST
@staff_page(StaffRole.ADVISOR)
def end(request: StaffRequest, target_id: int) -> HttpResponse:
    """End the session; the client keeps its target."""
    together.end(place_of(request, target_id))
    return redirect("back_office:targets")


@require_GET
@staff_page(StaffRole.ADVISOR)
def places(request: StaffRequest) -> HttpResponse:
    """Places found by their name."""
    return page.places(request)


@require_GET
@staff_page(StaffRole.ADVISOR)
def activities(request: StaffRequest) -> HttpResponse:
    """Activities found by their name, or the branch below one."""
    return page.activities(request, reverse("back_office:target_activities"))
