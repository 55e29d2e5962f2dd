"""Who may open a page: members of a company, or staff by role.

Views of the client area get a `ClientRequest`; views of the back office a `StaffRequest`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from marketingconnect.accounts.models import Company, Membership, User
from marketingconnect.accounts.roles import MemberRole, StaffRole
from marketingconnect.audit.actors import Actor

SESSION_COMPANY = "company_id"
_RANK = {MemberRole.VIEWER: 0, MemberRole.EDITOR: 1, MemberRole.OWNER: 2}


class ClientRequest(HttpRequest):
    """A request of a member acting for `company`."""

    user: User
    company: Company
    member_role: MemberRole


class StaffRequest(HttpRequest):
    """A request of a member of the operator's staff."""

    user: User


ClientView: TypeAlias = Callable[..., HttpResponseBase]


def client_page(role: MemberRole = MemberRole.VIEWER) -> Callable[[ClientView], ClientView]:
    """Only members of the current company with at least `role`; a viewer who writes gets 403."""

    def decorate(view: ClientView) -> ClientView:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = current_membership(request)
            if membership is None:
                return _without_company(request)
            request.company = membership.company  # type: ignore[attr-defined]
            request.member_role = MemberRole(membership.role)  # type: ignore[attr-defined]
            if _RANK[MemberRole(membership.role)] < _RANK[role]:
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
            user = request.user
            allowed = {*roles, StaffRole.ADMINISTRATOR} if roles else set(StaffRole)
            if not isinstance(user, User) or user.staff_role not in allowed:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def current_membership(request: HttpRequest) -> Membership | None:
    """The membership of the company chosen in the session, else the user's first one."""
    memberships = (
        Membership.objects.filter(user=request.user, until__isnull=True)  # type: ignore[misc]
        .select_related("company")
        .order_by("pk")
    )
    chosen = request.session.get(SESSION_COMPANY)
    return memberships.filter(company_id=chosen).first() or memberships.first()


def actor_of(request: HttpRequest) -> Actor:
    """The person behind a request, for the journal."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  guarded pages only
    make = Actor.staff if user.is_staff else Actor.user
    return make(user.pk, f"{user.full_name} <{user.email}>")


def client_ip(request: HttpRequest) -> str | None:
    """The address of the peer (behind a proxy, the web server sets it)."""
    return request.META.get("REMOTE_ADDR")


def _without_company(request: HttpRequest) -> HttpResponse:
    user = request.user
    if isinstance(user, User) and user.is_staff:
        return redirect("back_office:home")
    raise PermissionDenied
