"""A new campaign made after another: the same choices, nothing of its order or its results."""

from datetime import datetime
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.queries import usable_files
from marketingconnect.contacts.services.parts import part_of_file
from marketingconnect.messages.queries import messages_of
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.queries import campaign_of
from marketingconnect.offers.email.rows import journal
from marketingconnect.offers.email.rules import resend_refusal
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.statistics.visits.queries import contacts_who_did_not_open

_CHOSEN: Final = ("tracks_clicks", "opens", "spread_minutes")


@transaction.atomic
def duplicate_campaign(
    campaign_id: int, *, company_id: int, user_id: int, actor: Actor, now: datetime
) -> EmailCampaign:
    """CGV B.1.1: a copy to compose: file, message and measures; neither date nor target's count.

    A file or a message that is gone is left out. Raises EmailCampaign.DoesNotExist for another
    company's campaign.
    """
    return _copy(campaign_of(company_id, campaign_id), " (copie)", user_id, actor, now)


@transaction.atomic
def resend_to_who_did_not_open(
    campaign_id: int, *, company_id: int, user_id: int, actor: Actor, now: datetime
) -> EmailCampaign:
    """CGV B.5: a campaign to those who received this one and did not open it, as a file of theirs.

    Only where openings were counted by person, with their consent. Raises EmailCampaignError.
    """
    first = campaign_of(company_id, campaign_id)
    refusal = resend_refusal(
        is_sent=first.sending is not None and first.sending.finished_at is not None,
        has_file=first.contact_file_id is not None,
        opens_by_person=first.opens == Opens.INDIVIDUAL,
    )
    if refusal:
        raise EmailCampaignError(refusal, article="B.5")
    assert first.sending is not None  # noqa: S101  the rule says so
    still = contacts_who_did_not_open(first.sending.pk)
    if not still:
        raise EmailCampaignError("Tous ceux qui ont reçu cette campagne l’ont ouverte.")
    assert first.contact_file_id is not None  # noqa: S101  the rule says so
    part = part_of_file(
        first.contact_file_id, still, name=f"{first.name} : sans ouverture", actor=actor, now=now
    )
    again = _copy(first, " (relance)", user_id, actor, now)
    EmailCampaign.objects.filter(pk=again.pk).update(contact_file=part)
    again.refresh_from_db()
    return again


def _copy(
    original: EmailCampaign, suffix: str, user_id: int, actor: Actor, now: datetime
) -> EmailCampaign:
    company_id = original.company_id
    files = usable_files(company_id).filter(pk=original.contact_file_id or 0)
    messages = messages_of(company_id)
    copy = EmailCampaign.objects.create(
        company_id=company_id,
        name=f"{original.name[: 120 - len(suffix)]}{suffix}",
        contact_file_id=files.values_list("pk", flat=True).first(),
        message=messages.filter(pk=original.message_id or 0).first(),
        created_by_id=user_id,
        created_at=now,
        **{name: getattr(original, name) for name in _CHOSEN},
    )
    after: dict[str, object] = {"name": copy.name, "copy_of": original.pk}
    journal("email_campaign.started", copy, actor, now, after)
    return copy
