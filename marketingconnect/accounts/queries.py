"""Reads about companies, users, mandates and credentials."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from marketingconnect.accounts.models import (
    AccessLink,
    Company,
    CredentialChange,
    LinkPurpose,
    LoginEvent,
    Mandate,
    Membership,
    User,
    UserSession,
)
from marketingconnect.accounts.roles import MandateScope, MemberRole
from marketingconnect.accounts.rules import (
    is_credentials_notice_late,
    is_mandate_in_force,
    role_under_mandate,
)
from marketingconnect.clock import paris_date
from marketingconnect.notices.models import Notice
from marketingconnect.notices.queries import sent_at_by_key


@dataclass(frozen=True, slots=True)
class OpenCompany:
    """A company a user may act for, with which rights; `agent` when it is by a mandate."""

    company: Company
    role: MemberRole
    agent: Company | None = None

    @property
    def pk(self) -> int:
        return self.company.pk

    @property
    def reference(self) -> str:
        return self.company.reference

    @property
    def legal_name(self) -> str:
        return self.company.legal_name


def companies_open_to(user_id: int, *, today: date) -> list[OpenCompany]:
    """Own companies first, then those of advertisers whose mandate is in force today."""
    memberships = list(
        Membership.objects.filter(user_id=user_id, until__isnull=True, company__closed_at=None)
        .select_related("company")
        .order_by("pk")
    )
    own = [OpenCompany(m.company, MemberRole(m.role)) for m in memberships]
    agencies = {m.company_id: m for m in memberships if m.company.is_agent}
    if not agencies:
        return own
    seen = {choice.pk for choice in own}
    for mandate in _mandates_held(list(agencies)):
        if mandate.advertiser_id in seen or not _in_force(mandate, today):
            continue
        seen.add(mandate.advertiser_id)
        role = role_under_mandate(
            own_role=MemberRole(agencies[mandate.agent_id].role),
            scope=MandateScope(mandate.scope),
        )
        own.append(OpenCompany(mandate.advertiser, role, mandate.agent))
    return own


def _mandates_held(agent_ids: list[int]) -> QuerySet[Mandate]:
    """Those that allow the most come first."""
    return (
        Mandate.objects.filter(
            agent_id__in=agent_ids, revoked_at__isnull=True, advertiser__closed_at=None
        )
        .select_related("advertiser", "agent")
        .order_by("-scope", "pk")
    )


def _in_force(mandate: Mandate, today: date) -> bool:
    return is_mandate_in_force(
        starts_on=mandate.starts_on,
        ends_on=mandate.ends_on,
        revoked_on=paris_date(mandate.revoked_at) if mandate.revoked_at else None,
        today=today,
    )


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A mandate and whether it counts today."""

    mandate: Mandate
    in_force: bool


def mandates_of(company_id: int, *, today: date) -> list[MandateLine]:
    """Mandates given by a company or held by it, newest first."""
    found = (
        Mandate.objects.filter(Q(advertiser_id=company_id) | Q(agent_id=company_id))
        .select_related("advertiser", "agent", "recorded_by")
        .order_by("-pk")
    )
    return [MandateLine(mandate, _in_force(mandate, today)) for mandate in found]


def members_of(company_id: int) -> QuerySet[Membership]:
    """People with access now, in order of arrival."""
    return (
        Membership.objects.filter(company_id=company_id, until__isnull=True)
        .select_related("user")
        .order_by("since", "pk")
    )


def invitations_of(company_id: int, *, now: datetime) -> QuerySet[AccessLink]:
    """Invitations that wait for an answer."""
    return AccessLink.objects.filter(
        company_id=company_id,
        purpose=LinkPurpose.INVITE,
        used_at__isnull=True,
        expires_at__gt=now,
    ).order_by("-pk")


def sessions_of(user_id: int) -> QuerySet[UserSession]:
    """Sessions still open, the last used first."""
    return UserSession.objects.filter(user_id=user_id, ended_at__isnull=True).order_by(
        "-last_seen_at", "-pk"
    )


def login_events_of(user_id: int, *, limit: int = 30) -> QuerySet[LoginEvent]:
    """The last log-ins, failures included."""
    return LoginEvent.objects.filter(user_id=user_id).order_by("-at", "-pk")[:limit]


def companies_page(
    search: str, *, before: int | None, size: int
) -> tuple[list[Company], int | None]:
    """Clients, newest first, found by name, SIRET, number, town or a user's address.

    Returns one page and the key to ask for next (None at the end).
    """
    found = Company.objects.order_by("-pk")
    if words := search.strip():
        digits = "".join(words.split())
        by_user = Membership.objects.filter(
            until__isnull=True, user__email__icontains=words
        ).values("company_id")
        wanted = (
            Q(legal_name__icontains=words)
            | Q(reference__iexact=words)
            | Q(billing_city__icontains=words)
            | Q(pk__in=by_user)
        )
        if digits.isdecimal():
            wanted |= Q(siret__startswith=digits)
        found = found.filter(wanted)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def late_credential_notices(*, now: datetime) -> list[CredentialChange]:
    """CGV II.1.a: clients whose new credentials were due and have not left; oldest first."""
    sent = Notice.objects.filter(key=OuterRef("notice_key"), sent_at__isnull=False)
    waiting = CredentialChange.objects.filter(~Exists(sent)).select_related("user")
    return [
        change
        for change in waiting.order_by("notice_due_at")
        if is_credentials_notice_late(due_at=change.notice_due_at, sent_at=None, now=now)
    ]


def credential_changes_of(company_id: int) -> list[tuple[CredentialChange, datetime | None]]:
    """What the operator changed for this client's people, and when they were told."""
    changes = list(
        CredentialChange.objects.filter(user__memberships__company_id=company_id)
        .select_related("user", "changed_by")
        .distinct()
        .order_by("-pk")
    )
    sent = sent_at_by_key([change.notice_key for change in changes])
    return [(change, sent.get(change.notice_key)) for change in changes]


def staff() -> QuerySet[User]:
    """The operator's people."""
    return User.objects.exclude(staff_role="").order_by("-is_active", "last_name", "pk")
