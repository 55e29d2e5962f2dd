"""The operator's own people; only an administrator adds or changes them."""

from datetime import datetime

from django.db import IntegrityError, transaction

from marketingconnect.accounts.errors import AccountError, EmailTakenError
from marketingconnect.accounts.models import LinkPurpose, User
from marketingconnect.accounts.roles import STAFF_ROLE_LABELS, StaffRole
from marketingconnect.accounts.services.links import make_link
from marketingconnect.accounts.services.sessions import end_other_sessions
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.notices.services import queue_notice


@transaction.atomic
def create_staff_user(
    *, email: str, first_name: str, last_name: str, role: StaffRole, actor: Actor, now: datetime
) -> User:
    """Add a person and mail it the link to choose a password; raises EmailTakenError."""
    user = User(
        email=email, first_name=first_name, last_name=last_name, staff_role=role, joined_at=now
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise EmailTakenError("Une autre personne se connecte déjà avec cette adresse.") from error
    link, address = make_link(LinkPurpose.STAFF, email, now=now, user=user)
    queue_notice(
        key=f"staff-welcome:{link.pk}",
        template="staff_welcome",
        to_email=email,
        company_id=None,
        context={
            "first_name": first_name,
            "role": STAFF_ROLE_LABELS[role],
            "action_url": address,
            "action_text": "Choisir un mot de passe",
        },
        at=now,
    )
    _journal("staff.created", user, actor, now, None)
    return user


@transaction.atomic
def change_staff_member(
    user_id: int, *, role: StaffRole, is_active: bool, actor: Actor, now: datetime
) -> None:
    """Another role, or no access any more; an administrator cannot shut itself out."""
    user = User.objects.select_for_update().exclude(staff_role="").get(pk=user_id)
    before = {"role": user.staff_role, "is_active": user.is_active}
    if before == {"role": role.value, "is_active": is_active}:
        return
    if user.pk == actor.id:
        raise AccountError("Demandez à un autre administrateur de changer votre propre accès.")
    User.objects.filter(pk=user_id).update(staff_role=role, is_active=is_active)
    user.staff_role, user.is_active = role, is_active
    if not is_active:
        end_other_sessions(user_id, keep_key="", now=now)
    _journal("staff.changed", user, actor, now, before)


def _journal(
    action: str, user: User, actor: Actor, now: datetime, before: dict[str, object] | None
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=None,
        subject=f"user:{user.pk}",
        at=now,
        before=before,
        after={"email": user.email, "role": user.staff_role, "is_active": user.is_active},
    )
