"""Doubtful recipients: a person decides how to see them; nobody is written to again."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.models import Campaign, DeliveryOutcome, DoubtDecision
from marketingconnect.sending.states import Decision, Outcome


@transaction.atomic
def decide_doubt(
    *,
    campaign_id: int,
    position: int,
    decision: Decision,
    reason: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> DoubtDecision:
    """Keep a person's decision about one doubtful recipient; deciding again the same is harmless.

    Raises SendingError when the recipient is not doubtful, or was decided otherwise.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    _must_be_doubtful(campaign_id, position)
    kept, created = DoubtDecision.objects.get_or_create(
        campaign=campaign,
        position=position,
        defaults={
            "decision": decision,
            "reason": reason,
            "decided_by_id": user_id,
            "decided_at": now,
        },
    )
    if kept.decision != decision:
        raise SendingError("Une autre décision a déjà été prise pour ce destinataire.")
    if created:
        record(
            action="campaign.doubt_decided",
            actor=actor,
            company_id=campaign.company_id,
            subject=f"campaign:{campaign_id}",
            at=now,
            after={"position": position, "decision": decision.value, "reason": reason},
        )
    return kept


def _must_be_doubtful(campaign_id: int, position: int) -> None:
    outcomes = DeliveryOutcome.objects.filter(campaign_id=campaign_id, position=position)
    if not outcomes.filter(outcome=Outcome.UNCERTAIN).exists():
        raise SendingError("Ce destinataire n’est pas en doute.")
