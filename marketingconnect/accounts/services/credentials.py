"""Credentials changed by the operator, and the client told in time (CGV II.1.a)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from marketingconnect.accounts.errors import EmailTakenError
from marketingconnect.accounts.models import CredentialChange, LinkPurpose, Membership, User
from marketingconnect.accounts.rules import credentials_notice_due
from marketingconnect.accounts.services.links import make_link
from marketingconnect.accounts.services.sessions import end_other_sessions
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.notices.services import queue_notice


@transaction.atomic
def change_credentials(
    user_id: int,
    *,
    new_email: str,
    reason: str,
    changed_by: int,
    actor: Actor,
    notice_hours: int,
    now: datetime,
) -> CredentialChange:
    """CGV II.1.a: withdraw a client's password, and change its identifier when one is given.

    Every session ends; a link to choose a password leaves at once, to the new address, and a
    word to the old one. Raises EmailTakenError.
    """
    user = User.objects.select_for_update().get(pk=user_id, staff_role="")
    old_email = user.email
    _withdraw_password(user, new_email or old_email)
    end_other_sessions(user.pk, keep_key="", now=now)
    company_id = _company_of(user)
    change = CredentialChange.objects.create(
        user=user,
        changed_by_id=changed_by,
        kind="email" if user.email != old_email else "password",
        reason=reason,
        changed_at=now,
        notice_due_at=credentials_notice_due(changed_at=now, notice_hours=notice_hours),
    )
    _tell(change, user, old_email, company_id, now)
    record(
        action="credentials.changed_by_operator",
        actor=actor,
        company_id=company_id,
        subject=f"user:{user.pk}",
        at=now,
        before={"email": old_email},
        after={"email": user.email, "reason": reason, "notice_due_at": change.notice_due_at},
    )
    return change


def _company_of(user: User) -> int | None:
    memberships = Membership.objects.filter(user=user, until__isnull=True).order_by("pk")
    return memberships.values_list("company_id", flat=True).first()


def _withdraw_password(user: User, email: str) -> None:
    user.email = email
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "password"])
    except IntegrityError as error:
        raise EmailTakenError("Une autre personne se connecte déjà avec cette adresse.") from error


def _tell(
    change: CredentialChange, user: User, old_email: str, company_id: int | None, now: datetime
) -> None:
    _, address = make_link(LinkPurpose.STAFF, user.email, now=now, user=user)
    context = {
        "first_name": user.first_name,
        "email": user.email,
        "old_email": old_email,
        "reason": change.reason,
        "changed_at": now,
    }
    notice = queue_notice(
        key=f"credentials-changed:{change.pk}",
        template="credentials_changed",
        to_email=user.email,
        company_id=company_id,
        context={**context, "action_url": address, "action_text": "Choisir un mot de passe"},
        at=now,
    )
    CredentialChange.objects.filter(pk=change.pk).update(notice_key=notice.key)
    if user.email != old_email:
        queue_notice(
            key=f"credentials-changed:{change.pk}:old-address",
            template="credentials_moved",
            to_email=old_email,
            company_id=company_id,
            context=context,
            at=now,
        )
