"""Several users in one company: invite, change rights, remove (CGV II.1.a)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.accounts.errors import LastOwnerError, StaleLinkError, UnknownMemberError
from marketingconnect.accounts.models import AccessLink, Company, LinkPurpose, Membership, User
from marketingconnect.accounts.roles import MEMBER_ROLE_LABELS, MemberRole
from marketingconnect.accounts.rules import keeps_an_owner
from marketingconnect.accounts.services.links import make_link, use_up
from marketingconnect.accounts.services.registration import new_user
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.notices.services import queue_notice

_ALONE = "Une société garde toujours un propriétaire (art. II.1.a) : nommez-en d’abord un autre."


@transaction.atomic
def invite_member(
    company_id: int,
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: MemberRole,
    actor: Actor,
    now: datetime,
) -> AccessLink:
    """Mail an invitation; it replaces an earlier one to the same address."""
    company = Company.objects.get(pk=company_id)
    AccessLink.objects.filter(
        purpose=LinkPurpose.INVITE, company=company, email=email, used_at__isnull=True
    ).update(used_at=now)
    details = {"first_name": first_name, "last_name": last_name, "role": role.value}
    link, address = make_link(LinkPurpose.INVITE, email, now=now, company=company, details=details)
    queue_notice(
        key=f"invitation:{link.pk}",
        template="account_invitation",
        to_email=email,
        company_id=company_id,
        context={
            "first_name": first_name,
            "legal_name": company.legal_name,
            "role": MEMBER_ROLE_LABELS[role],
            "by": actor.label,
            "action_url": address,
            "action_text": "Rejoindre",
        },
        at=now,
    )
    _journal("member.invited", company_id, email, actor, now, None, role)
    return link


@transaction.atomic
def withdraw_invitation(company_id: int, link_id: int, *, actor: Actor, now: datetime) -> None:
    """Make an invitation useless; raises UnknownMemberError when it is not waiting."""
    waiting = AccessLink.objects.filter(
        pk=link_id, company_id=company_id, purpose=LinkPurpose.INVITE, used_at__isnull=True
    )
    link = waiting.first()
    if link is None or not waiting.update(used_at=now):
        raise UnknownMemberError("Cette invitation n’attend plus de réponse.")
    _journal("member.invitation_withdrawn", company_id, link.email, actor, now, None, None)


@transaction.atomic
def accept_invitation(link_id: int, *, password: str | None, now: datetime) -> User:
    """Join; a person without an account gets one with `password`. Raises StaleLinkError.

    Reading the mail proves the address, so an existing account joins as it is. The operator's
    own people never become a client: they could validate and pay in its place (CGV III.a).
    """
    link = use_up(link_id, now=now)
    assert link.company_id is not None  # noqa: S101  an invitation has its company
    user = User.objects.filter(email=link.email).first()
    if user is not None and user.is_staff:
        raise StaleLinkError
    if user is None:
        user = new_user(
            link.email,
            link.details["first_name"],
            link.details["last_name"],
            password=password,
            now=now,
        )
    role = MemberRole(link.details["role"])
    _, is_new = Membership.objects.get_or_create(
        company_id=link.company_id,
        user=user,
        until__isnull=True,
        defaults={"role": role, "since": now},
    )
    if is_new:
        actor = Actor.user(user.pk, f"{user.full_name} <{user.email}>")
        _journal("member.joined", link.company_id, user.email, actor, now, None, role)
    return user


@transaction.atomic
def change_member_role(
    company_id: int, user_id: int, *, role: MemberRole, actor: Actor, now: datetime
) -> None:
    """Raises UnknownMemberError, or LastOwnerError when no owner would be left."""
    membership = _locked_membership(company_id, user_id)
    old = MemberRole(membership.role)
    if old is role:
        return
    _check_owners(company_id, old, role)
    Membership.objects.filter(pk=membership.pk).update(role=role)
    _journal("member.role_changed", company_id, membership.user.email, actor, now, old, role)


@transaction.atomic
def remove_member(company_id: int, user_id: int, *, actor: Actor, now: datetime) -> None:
    """Take away the access, or leave; raises UnknownMemberError, LastOwnerError."""
    membership = _locked_membership(company_id, user_id)
    old = MemberRole(membership.role)
    _check_owners(company_id, old, None)
    Membership.objects.filter(pk=membership.pk).update(until=now)
    _journal("member.removed", company_id, membership.user.email, actor, now, old, None)


def _locked_membership(company_id: int, user_id: int) -> Membership:
    """The company is locked first, so that two owners cannot leave at the same moment."""
    Company.objects.select_for_update().get(pk=company_id)
    membership = (
        Membership.objects.select_related("user")
        .filter(company_id=company_id, user_id=user_id, until__isnull=True)
        .first()
    )
    if membership is None:
        raise UnknownMemberError("Cette personne ne fait plus partie de la société.")
    return membership


def _check_owners(company_id: int, old: MemberRole, new: MemberRole | None) -> None:
    owners = Membership.objects.filter(
        company_id=company_id, role=MemberRole.OWNER, until__isnull=True
    ).count()
    if not keeps_an_owner(owners=owners, leaves=old, becomes=new):
        raise LastOwnerError(_ALONE)


def _journal(
    action: str,
    company_id: int,
    email: str,
    actor: Actor,
    now: datetime,
    old: MemberRole | None,
    new: MemberRole | None,
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=company_id,
        subject=f"company:{company_id}",
        at=now,
        before={"email": email, "role": old} if old else None,
        after={"email": email, "role": new},
    )
