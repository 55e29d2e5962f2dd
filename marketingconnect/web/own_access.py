"""A person's own password, sessions and log-ins: the same for clients and for staff."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest

from marketingconnect import clock
from marketingconnect.accounts import queries, services
from marketingconnect.accounts.models import User
from marketingconnect.web.access import client_ip, user_of
from marketingconnect.web.devices import device_name


class PasswordChangeForm(forms.Form):
    """The present password proves who is at the keyboard."""

    old = forms.CharField(
        label="Mot de passe actuel", max_length=200, strip=False, widget=forms.PasswordInput
    )
    new = forms.CharField(
        label="Nouveau mot de passe",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        help_text="Au moins 12 caractères. Une phrase courte est facile à retenir.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self._user.check_password(old):
            raise ValidationError("Ce n’est pas votre mot de passe actuel.")
        return old

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        password_validation.validate_password(new, self._user)
        return new


def own_access(request: HttpRequest) -> dict[str, Any]:
    """What the security page shows: open sessions, and the last log-ins with failures."""
    user_id = user_of(request).pk
    return {
        "sessions": [(s, device_name(s.user_agent)) for s in queries.sessions_of(user_id)],
        "this_session": request.session.session_key,
        "log_ins": [(e, device_name(e.user_agent)) for e in queries.login_events_of(user_id)],
    }


def change_own_password(request: HttpRequest, new: str) -> None:
    """Other sessions end; this one goes on, under a new key."""
    now, old_key = clock.now(), request.session.session_key or ""
    user = services.change_password(
        user_of(request).pk, password=new, keep_session=old_key, now=now
    )
    services.close_session(old_key, now=now)
    update_session_auth_hash(request, user)
    services.open_session(
        user.pk,
        request.session.session_key or "",
        now=now,
        ip_address=client_ip(request),
        user_agent=request.headers.get("User-Agent", ""),
    )


def end_own_session(request: HttpRequest, session_id: int) -> None:
    """Http404 for a session that is not the person's own, or already over."""
    if not services.end_session(user_of(request).pk, session_id, now=clock.now()):
        raise Http404


def end_other_own_sessions(request: HttpRequest) -> None:
    services.end_other_sessions(
        user_of(request).pk, keep_key=request.session.session_key or "", now=clock.now()
    )
