"""Choose, forget and change a password."""

from datetime import datetime

from django.db import transaction

from marketingconnect.accounts.models import LinkPurpose, User
from marketingconnect.accounts.services.links import asked_too_often, make_link, use_up
from marketingconnect.accounts.services.sessions import end_other_sessions
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.notices.services import queue_notice


@transaction.atomic
def ask_reset(email: str, *, now: datetime) -> None:
    """Mail a link when the address is known; the page answers the same when it is not."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None or asked_too_often(email, now=now):
        return
    link, address = make_link(LinkPurpose.RESET, email, now=now, user=user)
    queue_notice(
        key=f"password-reset:{link.pk}",
        template="password_reset",
        to_email=email,
        company_id=None,
        context={
            "first_name": user.first_name,
            "action_url": address,
            "action_text": "Choisir un mot de passe",
        },
        at=now,
    )


@transaction.atomic
def choose_password(link_id: int, *, password: str, now: datetime) -> User:
    """Use a link of reset or of staff; every open session of the person ends. StaleLinkError."""
    link = use_up(link_id, now=now)
    assert link.user is not None  # noqa: S101  these links are made for a user
    user = User.objects.select_for_update().get(pk=link.user.pk)
    user.email_confirmed_at = user.email_confirmed_at or now
    _set_password(user, password, now=now)
    end_other_sessions(user.pk, keep_key="", now=now)
    return user


@transaction.atomic
def change_password(user_id: int, *, password: str, keep_session: str, now: datetime) -> User:
    """The person itself; its other sessions end."""
    user = User.objects.select_for_update().get(pk=user_id)
    _set_password(user, password, now=now)
    end_other_sessions(user.pk, keep_key=keep_session, now=now)
    return user


def _set_password(user: User, password: str, *, now: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password", "email_confirmed_at"])
    entry = record(
        action="credentials.password_chosen",
        actor=Actor.user(user.pk, f"{user.full_name} <{user.email}>"),
        company_id=None,
        subject=f"user:{user.pk}",
        at=now,
    )
    queue_notice(
        key=f"password-changed:{entry.position}",
        template="password_changed",
        to_email=user.email,
        company_id=None,
        context={"first_name": user.first_name, "changed_at": now},
        at=now,
    )
