"""Mandates by which an agent (mandataire) acts for an advertiser (CGV Def)."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.accounts.errors import MandateError
from marketingconnect.accounts.models import Company, Mandate
from marketingconnect.accounts.roles import MANDATE_SCOPE_LABELS, MandateScope, MemberRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.notices.services import queue_notice


@transaction.atomic
def record_mandate(
    advertiser_id: int,
    *,
    agent_siret: str,
    scope: MandateScope,
    starts_on: date,
    ends_on: date | None,
    document: str,
    recorded_by: int,
    actor: Actor,
    now: datetime,
) -> Mandate:
    """Let a company's members act for the advertiser; `document` is a storage path.

    Raises MandateError: unknown agent, its own agent, dates that cross.
    """
    advertiser = Company.objects.get(pk=advertiser_id)
    agent = Company.objects.select_for_update().filter(siret=agent_siret).first()
    if agent is None:
        raise MandateError("Aucun compte n’est ouvert pour ce SIRET : invitez ce mandataire.")
    if agent.pk == advertiser_id:
        raise MandateError("Une société ne se donne pas mandat à elle-même.")
    if ends_on is not None and ends_on < starts_on:
        raise MandateError("Le dernier jour du mandat précède le premier.")
    mandate = Mandate.objects.create(
        advertiser=advertiser,
        agent=agent,
        scope=scope,
        starts_on=starts_on,
        ends_on=ends_on,
        document=document,
        recorded_by_id=recorded_by,
        recorded_at=now,
    )
    Company.objects.filter(pk=agent.pk).update(is_agent=True)
    _journal("mandate.recorded", mandate, actor, now, {"document": document})
    _tell_agent(mandate, "mandate_recorded", now)
    return mandate


@transaction.atomic
def revoke_mandate(advertiser_id: int, mandate_id: int, *, actor: Actor, now: datetime) -> None:
    """The agent acts no more from this moment; raises MandateError when it already ended."""
    mandate = (
        Mandate.objects.select_related("advertiser", "agent")
        .filter(pk=mandate_id, advertiser_id=advertiser_id)
        .first()
    )
    if mandate is None or not Mandate.objects.filter(pk=mandate_id, revoked_at__isnull=True).update(
        revoked_at=now
    ):
        raise MandateError("Ce mandat a déjà pris fin.")
    _journal("mandate.revoked", mandate, actor, now, {})
    _tell_agent(mandate, "mandate_revoked", now)


def _journal(
    action: str, mandate: Mandate, actor: Actor, now: datetime, more: dict[str, str]
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=mandate.advertiser_id,
        subject=f"mandate:{mandate.pk}",
        at=now,
        after={
            "agent": mandate.agent.reference,
            "scope": mandate.scope,
            "starts_on": mandate.starts_on,
            "ends_on": mandate.ends_on,
            **more,
        },
    )


def _tell_agent(mandate: Mandate, template: str, now: datetime) -> None:
    owners = mandate.agent.memberships.filter(role=MemberRole.OWNER, until__isnull=True)
    for membership in owners.select_related("user"):
        queue_notice(
            key=f"{template}:{mandate.pk}:{membership.user_id}",
            template=template,
            to_email=membership.user.email,
            company_id=mandate.agent_id,
            context={
                "first_name": membership.user.first_name,
                "advertiser": mandate.advertiser.legal_name,
                "agent": mandate.agent.legal_name,
                "scope": MANDATE_SCOPE_LABELS[MandateScope(mandate.scope)],
                "starts_on": mandate.starts_on,
                "ends_on": mandate.ends_on,
            },
            at=now,
        )
