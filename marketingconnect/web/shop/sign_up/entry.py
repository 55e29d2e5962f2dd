"""Enter the platform: check a password, open a session, choose the first page."""

from datetime import datetime

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.urls import reverse

from marketingconnect.accounts.models import User
from marketingconnect.accounts.services import close_session, open_session, record_login_event
from marketingconnect.web.access import client_ip
from marketingconnect.web.going_back import own_page

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def check_password(
    request: HttpRequest, email: str, password: str, *, now: datetime
) -> User | None:
    """The person, or None; each attempt is written down, with the address that was typed."""
    found = authenticate(request, email=email, password=password)
    user = found if isinstance(found, User) else None
    outcome = "success" if user else "failure"
    if getattr(request, "axes_locked_out", False):
        outcome = "locked"
    _write_down(request, user or User.objects.filter(email=email).first(), email, outcome, now)
    return user


def enter(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Open a session and list it to its user."""
    login(request, user, backend=_BACKEND)
    open_session(
        user.pk,
        request.session.session_key or "",
        now=now,
        ip_address=client_ip(request),
        user_agent=_agent(request),
    )


def enter_by_mail(request: HttpRequest, user: User, *, now: datetime) -> None:
    """The same for a person who followed a link of ours and chose a password."""
    enter(request, user, now=now)
    _write_down(request, user, user.email, "success", now)


def leave(request: HttpRequest, *, now: datetime) -> None:
    """Log out here; other sessions stay."""
    if isinstance(request.user, User):
        close_session(request.session.session_key or "", now=now)
        _write_down(request, request.user, request.user.email, "logout", now)
    logout(request)


def first_page(request: HttpRequest, user: User, wanted: str) -> str:
    """Where to go: a page of our own that was asked for, else the person's home."""
    home = "back_office:home" if user.is_staff else "client_area:home"
    return own_page(request, wanted) or reverse(home)


def _write_down(
    request: HttpRequest, user: User | None, email: str, outcome: str, now: datetime
) -> None:
    record_login_event(
        user=user,
        email_typed=email,
        outcome=outcome,
        at=now,
        ip_address=client_ip(request),
        user_agent=_agent(request),
    )


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")
