"""A campaign to the operator's base: whom, as counted, then arrested with the order (CGV B.1.3)."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from marketingconnect.audit.actors import Actor
from marketingconnect.base.queries import published_release
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.jobs import job
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.rows import LAUNCHER, being_composed, journal, save
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.targeting.criteria import Criteria, Use
from marketingconnect.targeting.services import FreezeError, freeze_selection

FREEZE: Final = "offers.email.freeze"


@transaction.atomic
def choose_target(
    campaign_id: int,
    *,
    criteria: Criteria,
    counted: int,
    release: str,
    actor: Actor,
    now: datetime,
) -> None:
    """CGV B.1.3: write to people of the base, as many as were shown: what is priced and sold.

    Openings are no longer counted by person: nobody of the base consented to that (CGV B.5).
    Raises EmailCampaignError for criteria that are not of e-mail, or that give nobody.
    """
    campaign = being_composed(campaign_id)
    if campaign.ordered_quantity is not None:
        raise EmailCampaignError("La cible est arrêtée avec la commande.", article="III.b")
    if criteria.channel is not Channel.EMAIL or criteria.use is not Use.SENDING:
        raise EmailCampaignError("Choisissez une cible faite pour l’e-mail.", article="B.1.3")
    if counted < 1:
        raise EmailCampaignError(
            "Ce ciblage ne donne personne : élargissez vos critères.", article="B.1.3"
        )
    alone = Opens.INDIVIDUAL.value
    save(
        campaign,
        "email_campaign.target_chosen",
        actor=actor,
        now=now,
        contact_file_id=None,
        criteria=criteria.to_json(),
        counted=counted,
        counted_at=now,
        counted_release=release,
        opens=Opens.AGGREGATE.value if campaign.opens == alone else campaign.opens,
    )


def is_count_out_of_date(campaign: EmailCampaign) -> bool:
    """CGV B.1.3: whether another release is in use than the one that was counted."""
    if campaign.criteria is None:
        return False
    release = published_release(Population(campaign.criteria["population"]))
    return release is None or release.name != campaign.counted_release


def ask_to_freeze(campaign: EmailCampaign) -> None:
    """CGV B.1.3: have the rows arrested as soon as the order is placed, in its transaction."""
    job(FREEZE, lock=f"email_campaign:{campaign.pk}").defer(campaign_id=campaign.pk)


def freeze_target(campaign_id: int, *, now: datetime) -> bool:
    """CGV B.1.3: arrest the quantity ordered, row by row; a second time changes nothing.

    A process killed at any moment leaves the campaign without a selection, and the next run finds
    the same one by its reference. What cannot be arrested is noted, and tried again.
    """
    campaign = EmailCampaign.objects.get(pk=campaign_id)
    quantity = campaign.ordered_quantity
    if campaign.criteria is None or quantity is None or campaign.selection_id is not None:
        return False
    try:
        selection = freeze_selection(
            Criteria.from_json(campaign.criteria),
            company_id=campaign.company_id,
            order_reference=f"{campaign.order_reference}:email:{campaign.pk}",
            quantity=quantity,
            now=now,
        )
    except FreezeError as error:
        EmailCampaign.objects.filter(pk=campaign_id).update(failure=str(error)[:300])
        return False
    return _note_frozen(campaign_id, selection.pk, now)


@transaction.atomic
def _note_frozen(campaign_id: int, selection_id: int, now: datetime) -> bool:
    campaign = EmailCampaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.selection_id is not None:
        return False
    EmailCampaign.objects.filter(pk=campaign_id).update(selection_id=selection_id, failure="")
    after: dict[str, object] = {"selection_id": selection_id}
    journal("email_campaign.target_frozen", campaign, LAUNCHER, now, after)
    return True


def targets_to_freeze() -> QuerySet[EmailCampaign, int]:
    """Ids of the campaigns ordered whose rows are not arrested."""
    return EmailCampaign.objects.filter(
        criteria__isnull=False,
        ordered_quantity__isnull=False,
        selection__isnull=True,
        abandoned_at__isnull=True,
    ).values_list("pk", flat=True)
