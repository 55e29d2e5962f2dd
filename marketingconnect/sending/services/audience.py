"""Freeze who will receive a campaign: one row a contact, one chunk for every 500."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import connection, transaction

from marketingconnect.audit.services import record
from marketingconnect.contacts.queries import UsableContact, usable_contacts
from marketingconnect.sending.causes import NotSentReason
from marketingconnect.sending.merge import UNSUBSCRIBE_LINK, fields_in
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services.campaigns import SENDER
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.suppression.queries import SuppressionFilter
from marketingconnect.suppression.watching import snapshot

CHUNK: Final = 500
_BATCH: Final = 10_000


@transaction.atomic
def freeze_audience(campaign_id: int, *, now: datetime) -> bool:
    """Copy the file's contacts into the campaign, in order; True when this call did it.

    One transaction: killed midway, it leaves nothing and is done again from the start; done
    twice, the second finds the campaign no longer preparing. Contacts who oppose keep their
    position with the outcome *not sent*, so that the figures add up to what was sold.
    """
    campaign = (
        Campaign.objects.select_for_update()
        .filter(pk=campaign_id, state=CampaignState.PREPARING)
        .first()
    )
    if campaign is None:
        return False
    # Before the lists are read: what commits meanwhile is asked again by the sender.
    seen = snapshot()
    size = _copy_recipients(campaign, now)
    _cut_into_chunks(campaign.pk, size)
    Campaign.objects.filter(pk=campaign_id, state=CampaignState.PREPARING).update(
        state=CampaignState.SCHEDULED,
        audience_size=size,
        audience_frozen_at=now,
        oppositions_seen=seen,
    )
    record(
        action="campaign.audience_frozen",
        actor=SENDER,
        company_id=campaign.company_id,
        subject=f"campaign:{campaign_id}",
        at=now,
        before={"state": CampaignState.PREPARING.value},
        after={"state": CampaignState.SCHEDULED.value, "audience_size": size},
    )
    return True


def _copy_recipients(campaign: Campaign, now: datetime) -> int:
    used = set(fields_in(campaign.subject, campaign.html, campaign.text)) - {UNSUBSCRIBE_LINK}
    opposition = SuppressionFilter(channel="email", company_id=campaign.company_id)
    # The order sold this many addresses: a file that grew since gives no more.
    contacts = islice(usable_contacts(campaign.contact_file_id), campaign.sold_quantity)
    position = 0
    while batch := list(islice(contacts, _BATCH)):
        _copy_batch(campaign.pk, position, batch, used)
        opposed = opposition.opposed([email for _, email, _ in batch])
        refused = [
            Result(
                position=position + index,
                outcome=Outcome.NOT_SENT,
                cause=NotSentReason.SUPPRESSED,
                smtp_code=None,
                reply="",
                at=now,
            )
            for index, (_, email, _) in enumerate(batch, start=1)
            if email in opposed
        ]
        record_outcomes(campaign.pk, refused, fresh=True)
        position += len(batch)
    return position


def _copy_batch(
    campaign_id: int, before: int, batch: Sequence[UsableContact], used: set[str]
) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(
            "COPY sending_recipient (campaign_id, position, contact_id, email, fields) FROM STDIN"
        ) as copy,
    ):
        for row in _rows(campaign_id, before, batch, used):
            copy.write_row(row)


def _rows(
    campaign_id: int, before: int, batch: Sequence[UsableContact], used: set[str]
) -> Iterator[tuple[object, ...]]:
    for position, (contact_id, email, fields) in enumerate(batch, start=before + 1):
        kept = {name: fields[name] for name in used if fields.get(name)}
        yield campaign_id, position, contact_id, email, json.dumps(kept)


def _cut_into_chunks(campaign_id: int, size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sending_chunk"
            " (campaign_id, first_position, last_position, attempt, state)"
            " SELECT %(campaign)s, first, least(first + %(chunk)s - 1, %(size)s), 1, 'open'"
            " FROM generate_series(1, %(size)s, %(chunk)s) AS first ORDER BY first",
            {"campaign": campaign_id, "size": size, "chunk": CHUNK},
        )
