"""A client's target as an advisor sees it: only while they look at it together."""

from django.http import Http404
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saved import target_anywhere
from marketingconnect.targeting.sessions.models import Side
from marketingconnect.targeting.sessions.queries import open_session_of
from marketingconnect.targeting.sessions.services import Person
from marketingconnect.web.access import StaffRequest, actor_of
from marketingconnect.web.targeting.page import Place
from marketingconnect.web.targeting.screen import Addresses

_TEMPLATE = "back_office/targets/target.html"


def found(target_id: int) -> SavedTarget:
    """Any client's target; 404 when it was put away."""
    try:
        return target_anywhere(target_id)
    except SavedTarget.DoesNotExist as error:
        raise Http404 from error


def place_of(request: StaffRequest, target_id: int) -> Place:
    """CGV B.1.3, CL.4: an advisor changes a target only in an open session."""
    target = found(target_id)
    return Place(
        target=target,
        person=Person(request.user.pk, request.user.full_name, Side.ADVISOR),
        actor=actor_of(request),
        addresses=_addresses(target),
        may_write=open_session_of(target_id, now=clock.now()) is not None,
        template=_TEMPLATE,
    )


def _addresses(target: SavedTarget) -> Addresses:
    def one(name: str) -> str:
        return reverse(f"back_office:{name}", args=[target.pk])

    return Addresses(
        save=one("target"),
        details=one("target_details"),
        export=one("target_csv"),
        population=one("target_population"),
        session=one("target_session"),
        session_end=one("target_session_end"),
        places=reverse("back_office:target_places"),
        activities=reverse("back_office:target_activities"),
        leave=reverse("back_office:client_targets", args=[target.company.reference]),
        home=reverse("back_office:home"),
    )
