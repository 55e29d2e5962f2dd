"""Open, follow and end a live session, for both audiences."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketingconnect import clock
from marketingconnect.targeting.sessions import queries, services
from marketingconnect.targeting.sessions.models import LiveSession
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import number_in
from marketingconnect.web.targeting.live import live_view
from marketingconnect.web.targeting.page import Place


@transaction.atomic
def start(place: Place) -> LiveSession:
    """CGV B.1.3: open the session of a target, or come into the one that is open."""
    now = clock.now()
    session = services.start_session(
        target_id=place.target.pk,
        company_id=place.target.company_id,
        person=place.person,
        actor=place.actor,
        now=now,
    )
    services.take_seat(session.pk, person=place.person, actor=place.actor, now=now)
    return session


def end(place: Place) -> None:
    """End the open session of a target, if there is one."""
    session = queries.open_session_of(place.target.pk, now=clock.now())
    if session is not None:
        services.end_session(session.pk, person=place.person, actor=place.actor, now=clock.now())


def is_over(request: HttpRequest) -> HttpResponse:
    """409: an advisor changes nothing once the session is closed."""
    return conflict(request, "La séance est close : ouvrez-en une autre pour changer cette cible.")


def panel(request: HttpRequest, place: Place) -> HttpResponse:
    """Who is there and what changed after `apres`; whoever asks is seen by the others."""
    now = clock.now()
    session = queries.latest_session_of(place.target.pk)
    if session is not None and session.is_open:
        services.take_seat(session.pk, person=place.person, actor=place.actor, now=now)
    after = number_in(request.GET.get("apres", "")) or 0
    live = live_view(place.target.pk, place.person, now=now, after=after, session=session)
    context = {"live": live, "screen": {"addresses": place.addresses}}
    return render(request, "targeting/_live.html", context)
