"""Reads of e-mail campaigns: lists, what is missing, where each stands."""

from datetime import date

from django.db.models import QuerySet

from marketingconnect import clock
from marketingconnect.contacts.queries import contact_count
from marketingconnect.messages.models import Message
from marketingconnect.messages.queries import (
    moderation_of,
    says_origin,
    standing_of,
    validated_version,
)
from marketingconnect.messages.states import ModerationState
from marketingconnect.offers.contract import Missing, Progress
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.rules import CampaignFacts, VariantFacts, missing_facts
from marketingconnect.sending.states import CampaignState
from marketingconnect.terms.parameters import TermsParameters

_PROGRESS = {
    CampaignState.PREPARING: "scheduled",
    CampaignState.SCHEDULED: "scheduled",
    CampaignState.RUNNING: "running",
    CampaignState.PAUSED: "running",
    CampaignState.SENT_OUT: "done",
    CampaignState.FROZEN: "done",
    CampaignState.STOPPED: "stopped",
}
SENT_STATES = (CampaignState.SENT_OUT, CampaignState.FROZEN)


def campaigns_of(company_id: int) -> QuerySet[EmailCampaign]:
    """A company's campaigns, the latest first; abandoned ones are left out."""
    return (
        EmailCampaign.objects.filter(company_id=company_id, abandoned_at__isnull=True)
        .select_related("contact_file", "message", "message_b", "sending")
        .order_by("-pk")
    )


def campaign_of(company_id: int, campaign_id: int) -> EmailCampaign:
    """One campaign of this company. Raises EmailCampaign.DoesNotExist for anybody else's."""
    return campaigns_of(company_id).get(pk=campaign_id)


def addresses_of(campaign: EmailCampaign) -> int | None:
    """How many addresses the chosen file or target gives; None when neither is chosen."""
    if campaign.to_base:
        return campaign.ordered_quantity or campaign.counted
    return contact_count(campaign.contact_file_id) if campaign.contact_file_id else None


def missing_for(
    campaign: EmailCampaign,
    *,
    quantity: int | None,
    payment_validated_on: date | None,
    terms: TermsParameters,
    today: date,
) -> list[Missing]:
    """What this campaign waits for; nothing once it is handed over."""
    if campaign.sending_id is not None:
        return []
    facts = facts_for(
        campaign, quantity=quantity, payment_validated_on=payment_validated_on, today=today
    )
    return missing_facts(facts=facts, terms=terms)


def facts_for(
    campaign: EmailCampaign,
    *,
    quantity: int | None,
    payment_validated_on: date | None,
    today: date,
) -> CampaignFacts:
    """The facts that the rules ask for."""
    standing = standing_of(campaign.message) if campaign.message else None
    moderation = standing.moderation if standing else None
    return CampaignFacts(
        addresses=addresses_of(campaign),
        quantity=quantity,
        to_base=campaign.to_base,
        is_frozen=campaign.selection_id is not None,
        says_origin=campaign.message is not None and says_origin(campaign.message),
        variant=_variant_facts(campaign.message_b) if campaign.message_b else None,
        has_message=standing is not None,
        is_validated=standing is not None and standing.validation is not None,
        moderation=moderation.state if moderation else "",
        send_on=clock.paris_date(campaign.send_at) if campaign.send_at else None,
        payment_validated_on=payment_validated_on,
        today=today,
    )


def _variant_facts(message: Message) -> VariantFacts:
    standing = standing_of(message)
    return VariantFacts(
        is_validated=standing.validation is not None,
        moderation=standing.moderation.state if standing.moderation else "",
        says_origin=says_origin(message),
    )


def is_released(campaign: EmailCampaign) -> bool:
    """Whether every version handed over is still validated by the client and approved."""
    if campaign.version_id is None or not _is_version_released(
        campaign.message_id, campaign.version_id
    ):
        return False
    tested = campaign.version_b_id
    return tested is None or _is_version_released(campaign.message_b_id, tested)


def _is_version_released(message_id: int | None, version_id: int) -> bool:
    version = validated_version(message_id) if message_id else None
    moderation = moderation_of(version_id)
    return (
        version is not None
        and version.pk == version_id
        and moderation is not None
        and moderation.state == ModerationState.APPROVED
    )


def campaigns_waiting_for_their_hour() -> QuerySet[EmailCampaign, int]:
    """Ids of the campaigns handed over and not started."""
    return EmailCampaign.objects.filter(
        sending__state__in=[CampaignState.PREPARING, CampaignState.SCHEDULED]
    ).values_list("pk", flat=True)


def campaigns_sent_untold() -> QuerySet[EmailCampaign, int]:
    """Ids of the campaigns sent out whose client was not told yet."""
    return EmailCampaign.objects.filter(
        sent_told_at__isnull=True, sending__state__in=SENT_STATES
    ).values_list("pk", flat=True)


def progress_of(campaign: EmailCampaign) -> Progress:
    """Where the work stands, for the order."""
    if campaign.sending is None:
        return Progress("waiting", campaign.send_at)
    state = CampaignState(campaign.sending.state)
    return Progress(_PROGRESS[state], campaign.sending.scheduled_for)
