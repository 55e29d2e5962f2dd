"""Log-ins written down; open sessions listed, and really ended when asked (CGV II.1.a)."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction

from marketingconnect.accounts.models import LoginEvent, User, UserSession


def record_login_event(
    *,
    user: User | None,
    email_typed: str,
    outcome: str,
    at: datetime,
    ip_address: str | None,
    user_agent: str,
) -> None:
    """CGV II.1.a: keep who tried to log in or out; `outcome`: success, failure, locked, logout."""
    LoginEvent.objects.create(
        user=user,
        email_typed=email_typed[:254],
        outcome=outcome,
        at=at,
        ip_address=ip_address,
        user_agent=user_agent[:300],
    )


def open_session(
    user_id: int, session_key: str, *, now: datetime, ip_address: str | None, user_agent: str
) -> UserSession:
    """List a session to its user."""
    session, _ = UserSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user_id": user_id,
            "created_at": now,
            "last_seen_at": now,
            "ip_address": ip_address,
            "user_agent": user_agent[:300],
            "ended_at": None,
        },
    )
    return session


def touch_session(session_key: str, *, now: datetime) -> None:
    """The session was used."""
    UserSession.objects.filter(session_key=session_key, ended_at__isnull=True).update(
        last_seen_at=now
    )


@transaction.atomic
def end_session(user_id: int, session_id: int, *, now: datetime) -> bool:
    """End one session of this user: its cookie opens nothing any more. False when not theirs."""
    session = UserSession.objects.filter(
        pk=session_id, user_id=user_id, ended_at__isnull=True
    ).first()
    if session is None:
        return False
    _end(session, now)
    return True


@transaction.atomic
def end_other_sessions(user_id: int, *, keep_key: str, now: datetime) -> int:
    """End all sessions of a user but one; returns how many."""
    others = UserSession.objects.filter(user_id=user_id, ended_at__isnull=True).exclude(
        session_key=keep_key
    )
    found = list(others)
    for session in found:
        _end(session, now)
    return len(found)


def close_session(session_key: str, *, now: datetime) -> None:
    """The user logged out here."""
    UserSession.objects.filter(session_key=session_key, ended_at__isnull=True).update(ended_at=now)


def _end(session: UserSession, now: datetime) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(session.session_key).delete()
    UserSession.objects.filter(pk=session.pk).update(ended_at=now)
