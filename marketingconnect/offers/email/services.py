"""Compose an e-mail campaign, then hand it over to the sender once nothing is missing."""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.queries import usable_files
from marketingconnect.messages.models import MessageVersion
from marketingconnect.messages.queries import messages_of, validated_version
from marketingconnect.offers.contract import OrderFacts
from marketingconnect.offers.email.errors import (
    EmailCampaignError,
    SendDateRefusedError,
)
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.notices import tell_campaign_is_sent
from marketingconnect.offers.email.queries import SENT_STATES, is_released, missing_for
from marketingconnect.offers.email.rows import LAUNCHER, being_composed, journal, save
from marketingconnect.offers.email.rules import day_refusal, hour_refusal, spread_refusal
from marketingconnect.offers.email.targets import ask_to_freeze
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import create_campaign, stop_campaign
from marketingconnect.sending.states import CampaignState
from marketingconnect.sending.variants import SubjectTest
from marketingconnect.terms.parameters import TermsParameters

_NO_TARGET: Final[dict[str, object]] = {
    "criteria": None,
    "counted": None,
    "counted_at": None,
    "counted_release": "",
}


@transaction.atomic
def start_campaign(
    *, company_id: int, name: str, user_id: int, actor: Actor, now: datetime
) -> EmailCampaign:
    """CGV B.1.3: begin a campaign; to whom, what and when are chosen later."""
    campaign = EmailCampaign.objects.create(
        company_id=company_id, name=name, created_by_id=user_id, created_at=now
    )
    journal("email_campaign.started", campaign, actor, now, {"name": name})
    return campaign


@transaction.atomic
def rename_campaign(campaign_id: int, *, name: str, actor: Actor, now: datetime) -> None:
    """Give another name; recipients never see it."""
    campaign = being_composed(campaign_id)
    save(campaign, "email_campaign.renamed", actor=actor, now=now, name=name)


@transaction.atomic
def choose_file(campaign_id: int, *, file_id: int, actor: Actor, now: datetime) -> None:
    """CGV B.1.3: write to one of the client's imported files, and no longer to the base."""
    campaign = being_composed(campaign_id)
    if campaign.ordered_quantity is not None and campaign.contact_file_id != file_id:
        raise EmailCampaignError("Le fichier est arrêté avec la commande.", article="III.b")
    if not usable_files(campaign.company_id).filter(pk=file_id).exists():
        raise EmailCampaignError("Ce fichier n’est pas importé, ou n’a aucune adresse.")
    no_target = _NO_TARGET if campaign.to_base else {}
    save(
        campaign,
        "email_campaign.file_chosen",
        actor=actor,
        now=now,
        contact_file_id=file_id,
        **no_target,
    )


@transaction.atomic
def choose_message(campaign_id: int, *, message_id: int, actor: Actor, now: datetime) -> None:
    """CGV B.1.1: send one of the client's messages, validated or not yet."""
    campaign = being_composed(campaign_id)
    if not messages_of(campaign.company_id).filter(pk=message_id).exists():
        raise EmailCampaignError("Ce message n’existe plus.")
    save(campaign, "email_campaign.message_chosen", actor=actor, now=now, message_id=message_id)


@transaction.atomic
def choose_measures(
    campaign_id: int, *, tracks_clicks: bool, opens: Opens, actor: Actor, now: datetime
) -> None:
    """CGV B.5: what is measured of the recipients; each change stays in the journal.

    Raises EmailCampaignError to count openings by person in the base: nobody there consented.
    """
    campaign = being_composed(campaign_id)
    if campaign.to_base and opens is Opens.INDIVIDUAL:
        raise EmailCampaignError(
            "Les personnes de notre base n’ont pas consenti à ce que leurs ouvertures soient "
            "suivies une à une.",
            article="B.5",
        )
    facts = {"tracks_clicks": tracks_clicks, "opens": opens.value}
    save(campaign, "email_campaign.measures_chosen", actor=actor, now=now, **facts)


@transaction.atomic
def choose_send_date(
    campaign_id: int,
    *,
    send_at: datetime,
    payment_validated_on: date | None,
    terms: TermsParameters,
    spread_minutes: int = 0,
    actor: Actor,
    now: datetime,
) -> None:
    """CGV B.1.4: choose when sending starts, and over how long it is spread.

    Raises SendDateRefusedError with the clause.
    """
    campaign = being_composed(campaign_id)
    local = send_at.astimezone(clock.PARIS)
    refusal = day_refusal(
        day=local.date(),
        today=clock.paris_date(now),
        payment_validated_on=payment_validated_on,
        terms=terms,
    )
    if refusal is not None:
        raise SendDateRefusedError(refusal.reason, article=refusal.article)
    if sentence := hour_refusal(hour=local.time()):
        raise SendDateRefusedError(sentence)
    if sentence := spread_refusal(hour=local.time(), minutes=spread_minutes):
        raise SendDateRefusedError(sentence, article="B.1.4")
    if send_at < now:
        raise SendDateRefusedError("Cette heure est déjà passée.")
    chosen = {"send_at": send_at, "spread_minutes": spread_minutes}
    save(campaign, "email_campaign.date_chosen", actor=actor, now=now, **chosen)


@transaction.atomic
def freeze_order(campaign_id: int, *, order_reference: str, quantity: int, now: datetime) -> None:
    """CGV III.b: the order is placed; its file or target and its addresses no longer change."""
    campaign = being_composed(campaign_id)
    EmailCampaign.objects.filter(pk=campaign.pk).update(
        ordered_quantity=quantity, order_reference=order_reference
    )
    if campaign.to_base:
        ask_to_freeze(campaign)
    after: dict[str, object] = {"order": order_reference, "ordered_quantity": quantity}
    journal("email_campaign.ordered", campaign, LAUNCHER, now, after)


@transaction.atomic
def abandon_campaign(campaign_id: int, *, actor: Actor, now: datetime) -> None:
    """Put a campaign that was never launched away; its file and message stay."""
    campaign = being_composed(campaign_id)
    if campaign.ordered_quantity is not None:
        raise EmailCampaignError("Cette campagne est commandée : elle ne s’abandonne pas ici.")
    save(campaign, "email_campaign.abandoned", actor=actor, now=now, abandoned_at=now)


@transaction.atomic
def launch_campaign(campaign_id: int, *, facts: OrderFacts, now: datetime) -> Campaign:
    """CGV B.1.5: hand over to the sender exactly what was validated, ordered and paid, once.

    Everything is looked at again here, under lock. Raises EmailCampaignError when something is
    missing after all.
    """
    campaign = EmailCampaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.sending is not None:
        return campaign.sending
    version, other = _ready(campaign, facts, now)
    sending = create_campaign(
        company_id=campaign.company_id,
        name=campaign.name,
        contact_file_id=campaign.contact_file_id,
        selection_id=campaign.selection_id,
        order_reference=facts.order_reference,
        sold_quantity=facts.quantity,
        scheduled_for=campaign.send_at or now,
        content=_content(version),
        settling_hours=facts.terms.delivery_window_hours,
        tracks_clicks=campaign.tracks_clicks,
        opens=Opens(campaign.opens),
        spread_minutes=campaign.spread_minutes,
        test=_test(campaign, other) if other else None,
        now=now,
    )
    handed: dict[str, object] = {
        "sending_id": sending.pk,
        "version_id": version.pk,
        "version_b_id": other.pk if other else None,
        "ordered_quantity": facts.quantity,
    }
    save(campaign, "email_campaign.launched", actor=LAUNCHER, now=now, **handed)
    return sending


@transaction.atomic
def recall_campaign(campaign_id: int, *, now: datetime) -> bool:
    """CGV B.1.2: take back a campaign not started yet whose version is no longer released.

    The message was changed since, which voids its validation, or the moderation went back on its
    word: the campaign waits again, as it did before. False when nothing had to be done.
    """
    campaign = EmailCampaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.sending_id is None or campaign.version_id is None or is_released(campaign):
        return False
    sending = Campaign.objects.select_for_update().get(pk=campaign.sending_id)
    if sending.state not in {CampaignState.PREPARING, CampaignState.SCHEDULED}:
        return False
    reason = "Le message a changé depuis sa validation, ou la modération est revenue dessus."
    stop_campaign(sending.pk, actor=LAUNCHER, reason=reason, now=now)
    taken_back = {"sending_id": None, "version_id": None, "version_b_id": None}
    save(campaign, "email_campaign.recalled", actor=LAUNCHER, now=now, **taken_back)
    return True


@transaction.atomic
def tell_sent_campaign(campaign_id: int, *, now: datetime) -> bool:
    """CGV B.1.6: write to the client, once, that sending is over and where the figures are.

    False when that was done, or sending is not over.
    """
    campaign = EmailCampaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.sent_told_at is not None or campaign.sending_id is None:
        return False
    sending = Campaign.objects.get(pk=campaign.sending_id)
    if sending.state not in SENT_STATES:
        return False
    tell_campaign_is_sent(campaign, sending, at=now)
    EmailCampaign.objects.filter(pk=campaign_id).update(sent_told_at=now)
    return True


def _ready(
    campaign: EmailCampaign, facts: OrderFacts, now: datetime
) -> tuple[MessageVersion, MessageVersion | None]:
    """The validated versions that leave. Raises EmailCampaignError when something is missing."""
    missing = missing_for(
        campaign,
        quantity=facts.quantity,
        payment_validated_on=facts.payment_validated_on,
        terms=facts.terms,
        today=clock.paris_date(now),
    )
    version = _validated(campaign.message_id)
    if missing or version is None or campaign.send_at is None:
        raise EmailCampaignError(" ".join(one.sentence for one in missing))
    return version, _validated(campaign.message_b_id)


def _validated(message_id: int | None) -> MessageVersion | None:
    return validated_version(message_id) if message_id else None


def _test(campaign: EmailCampaign, other: MessageVersion) -> SubjectTest:
    return SubjectTest(_content(other), campaign.test_percent, campaign.test_hours)


def _content(version: MessageVersion) -> CampaignContent:
    content = CampaignContent(
        subject=version.subject,
        preheader=version.preheader,
        sender_name=version.sender_name,
        reply_to=version.reply_to,
        html=version.html,
        text=version.text,
        fallbacks=version.fallbacks,
    )
    if content.sha256 != version.sha256:
        raise EmailCampaignError("Le message diffère de la version validée.", article="B.1.2")
    return content
