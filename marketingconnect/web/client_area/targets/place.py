"""One target of the client's company, and who looks at it."""

from django.http import Http404
from django.urls import reverse

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saved import target_of
from marketingconnect.targeting.sessions.models import Side
from marketingconnect.targeting.sessions.services import Person
from marketingconnect.web.access import ClientRequest, actor_of
from marketingconnect.web.targeting.page import Place
from marketingconnect.web.targeting.screen import Addresses

_TEMPLATE = "client_area/targets/target.html"


def found(request: ClientRequest, target_id: int) -> SavedTarget:
    """The target; another company's is not found."""
    try:
        return target_of(request.company.pk, target_id)
    except SavedTarget.DoesNotExist as error:
        raise Http404 from error


def place_of(request: ClientRequest, target_id: int) -> Place:
    """The target as this person sees it."""
    return Place(
        target=found(request, target_id),
        person=person_of(request),
        actor=actor_of(request),
        addresses=_addresses(target_id),
        may_write=request.member_role is not MemberRole.VIEWER,
        template=_TEMPLATE,
    )


def person_of(request: ClientRequest) -> Person:
    return Person(request.user.pk, request.user.full_name, Side.CLIENT)


def _addresses(target_id: int) -> Addresses:
    def one(name: str) -> str:
        return reverse(f"client_area:{name}", args=[target_id])

    return Addresses(
        save=one("target"),
        details=one("target_details"),
        export=one("target_csv"),
        population=one("target_population"),
        session=one("target_session"),
        session_end=one("target_session_end"),
        places=reverse("client_area:target_places"),
        activities=reverse("client_area:target_activities"),
        leave=reverse("client_area:targets"),
        home=reverse("client_area:home"),
    )
