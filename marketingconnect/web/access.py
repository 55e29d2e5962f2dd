"""Who may open a page: members of a company, agents it mandated, or staff by role.

Views of the client area get a `ClientRequest`; views of the back office a `StaffRequest`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from marketingconnect import clock
from marketingconnect.accounts.models import Company, User
from marketingconnect.accounts.queries import OpenCompany, companies_open_to
from marketingconnect.accounts.roles import MemberRole, StaffRole
from marketingconnect.accounts.services import touch_session
from marketingconnect.audit.actors import Actor

SESSION_COMPANY = "company_id"
_SESSION_SEEN = "seen_at"
_SEEN_EVERY_SECONDS = 300
_RANK = {MemberRole.VIEWER: 0, MemberRole.EDITOR: 1, MemberRole.OWNER: 2}


class ClientRequest(HttpRequest):
    """A request of a person acting for `company`; `agent` is its agency under a mandate."""

    user: User
    company: Company
    companies: list[OpenCompany]
    member_role: MemberRole
    agent: Company | None


class StaffRequest(HttpRequest):
    """A request of a member of the operator's staff."""

    user: User


ClientView: TypeAlias = Callable[..., HttpResponseBase]


def client_page(role: MemberRole = MemberRole.VIEWER) -> Callable[[ClientView], ClientView]:
    """Only who may act for the current company with at least `role`; a viewer's write is 403."""

    def decorate(view: ClientView) -> ClientView:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            companies = companies_open_to(user_of(request).pk, today=clock.today())
            chosen = _chosen(request, companies)
            if chosen is None:
                return _without_company(request)
            _enter(request, chosen, companies)
            if _RANK[chosen.role] < _RANK[role]:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def staff_page(*roles: StaffRole) -> Callable[[ClientView], ClientView]:
    """Only staff with one of `roles` (any role when none is named); administrators always."""

    def decorate(view: ClientView) -> ClientView:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            allowed = {*roles, StaffRole.ADMINISTRATOR} if roles else set(StaffRole)
            if user_of(request).staff_role not in allowed:
                raise PermissionDenied
            _mark_seen(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def actor_of(request: HttpRequest) -> Actor:
    """The person behind a request, for the journal; an agent's agency is named."""
    user = user_of(request)
    label = f"{user.full_name} <{user.email}>"
    agent = getattr(request, "agent", None)
    if agent is not None:
        label = f"{label}, mandataire {agent.legal_name}"
    make = Actor.staff if user.is_staff else Actor.user
    return make(user.pk, label)


def client_ip(request: HttpRequest) -> str | None:
    """The address of the peer (behind a proxy, the web server sets it)."""
    return request.META.get("REMOTE_ADDR") or None


def user_of(request: HttpRequest) -> User:
    """The person logged in, on a guarded page."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  guarded pages only
    return user


def _chosen(request: HttpRequest, companies: list[OpenCompany]) -> OpenCompany | None:
    """The company chosen in the session, else the first one."""
    wanted = request.session.get(SESSION_COMPANY)
    return next((choice for choice in companies if choice.pk == wanted), None) or next(
        iter(companies), None
    )


def _enter(request: HttpRequest, chosen: OpenCompany, companies: list[OpenCompany]) -> None:
    request.company = chosen.company  # type: ignore[attr-defined]
    request.companies = companies  # type: ignore[attr-defined]
    request.member_role = chosen.role  # type: ignore[attr-defined]
    request.agent = chosen.agent  # type: ignore[attr-defined]
    _mark_seen(request)


def _mark_seen(request: HttpRequest) -> None:
    """Once in a while, write down that the session is in use."""
    now = clock.now()
    if abs(now.timestamp() - request.session.get(_SESSION_SEEN, 0)) < _SEEN_EVERY_SECONDS:
        return
    request.session[_SESSION_SEEN] = now.timestamp()
    touch_session(request.session.session_key or "", now=now)


def _without_company(request: HttpRequest) -> HttpResponse:
    if user_of(request).is_staff:
        return redirect("back_office:home")
    raise PermissionDenied
