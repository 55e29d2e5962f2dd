"""The client's side of a live session."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.targets.place import place_of
from marketingconnect.web.targeting import sessions


@require_GET
@client_page()
def session(request: ClientRequest, target_id: int) -> HttpResponse:
    """The panel alone: who is there, what changed."""
    return sessions.panel(request, place_of(request, target_id))


@require_POST
@client_page(MemberRole.EDITOR)
def start(request: ClientRequest, target_id: int) -> HttpResponse:
    """Look at this target with an advisor."""
    sessions.start(place_of(request, target_id))
    return redirect("client_area:target", target_id)


@require_POST
@client_page(MemberRole.EDITOR)
def end(request: ClientRequest, target_id: int) -> HttpResponse:
    """End the session; the target stays."""
    sessions.end(place_of(request, target_id))
    return redirect("client_area:target", target_id)
