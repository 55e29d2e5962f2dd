"""Freeze who will receive a campaign: one row a contact, one chunk for every 500."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import connection, transaction

from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.contacts.queries import UsableContact, usable_contacts
from marketingconnect.sending.causes import NotSentReason
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.looked_up import outcome_at
from marketingconnect.sending.merge import OWN_LINKS, fields_in
from marketingconnect.sending.models import Campaign, CampaignVariant
from marketingconnect.sending.rules import audience_freezes_at
from marketingconnect.sending.services.campaigns import SENDER
from marketingconnect.sending.services.cutting import cut_into_chunks
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.services.rented import rented_contacts
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.suppression.queries import SuppressionFilter
from marketingconnect.suppression.watching import snapshot

_BATCH: Final = 10_000


@transaction.atomic
def freeze_audience(campaign_id: int, *, now: datetime) -> bool:
    """Copy everybody sold into the campaign, in order; True when this call did it.

    One transaction: killed midway, it leaves nothing and is done again from the start; done
    twice, the second finds the campaign no longer preparing. Who opposed keeps a position with the
    outcome *not sent*, so that the figures add up to what was sold.
    """
    campaign = (
        Campaign.objects.select_for_update()
        .filter(pk=campaign_id, state=CampaignState.PREPARING)
        .first()
    )
    if campaign is None or now < _freezes_at(campaign, now):
        return False
    # Before the lists are read: what commits meanwhile is asked again by the sender.
    seen = snapshot()
    size = _copy_recipients(campaign, now)
    cut_into_chunks(campaign, size)
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


def _freezes_at(campaign: Campaign, now: datetime) -> datetime:
    return audience_freezes_at(
        scheduled_for=campaign.scheduled_for, to_base=campaign.to_base, now=now
    )


def _copy_recipients(campaign: Campaign, now: datetime) -> int:
    opposition = SuppressionFilter(
        channel="email", company_id=campaign.company_id, to_base=campaign.to_base
    )
    used = _fields_used(campaign)
    position = 0
    for batch in _batches(campaign, used, now):
        _copy_batch(campaign.pk, position, batch, used)
        opposed = opposition.opposed([email for _, email, _ in batch if email])
        refused = [
            _not_sent(position + index, reason, now)
            for index, (_, email, _) in enumerate(batch, start=1)
            if (reason := _refusal(email, opposed))
        ]
        record_outcomes(campaign.pk, refused, fresh=True)
        position += len(batch)
    if campaign.to_base:
        _leave_out_shared_addresses(campaign.pk, now)
    return position


def _fields_used(campaign: Campaign) -> set[str]:
    """Of each content: the second one of a test may call people by what the first leaves out."""
    contents: list[Campaign | CampaignVariant] = [
        campaign,
        *CampaignVariant.objects.filter(campaign=campaign),
    ]
    texts = [text for one in contents for text in (one.subject, one.html, one.text)]
    return set(fields_in(*texts)) - OWN_LINKS


def _batches(
    campaign: Campaign, used: set[str], now: datetime
) -> Iterator[Sequence[UsableContact]]:
    """Everybody sold, in order: of the client's file, or of the selection of the base."""
    if campaign.selection is not None:
        yield from rented_contacts(campaign.selection, fields=used, on=paris_date(now))
        return
    # The order sold this many addresses: a file that grew since gives no more.
    contacts = islice(usable_contacts(_file_of(campaign)), campaign.sold_quantity)
    while batch := list(islice(contacts, _BATCH)):
        yield batch


def _file_of(campaign: Campaign) -> int:
    if campaign.contact_file_id is None:
        raise SendingError("Cette campagne n’a pas de destinataires.")
    return campaign.contact_file_id


def _refusal(email: str, opposed: set[str]) -> NotSentReason | None:
    if not email:
        return NotSentReason.WITHDRAWN
    return NotSentReason.SUPPRESSED if email in opposed else None


def _not_sent(position: int, reason: NotSentReason, now: datetime) -> Result:
    return Result(
        position=position,
        outcome=Outcome.NOT_SENT,
        cause=reason,
        smtp_code=None,
        reply="",
        at=now,
    )


def _leave_out_shared_addresses(campaign_id: int, now: datetime) -> None:
    """Two people of the base may share an address: it is written to once (CGV B.1.6)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.position FROM ("  # noqa: S608  our own expression
            " SELECT position, row_number() OVER (PARTITION BY lower(email) ORDER BY position) n"
            " FROM sending_recipient WHERE campaign_id = %(campaign)s AND email <> ''"
            f") r WHERE r.n > 1 AND NOT EXISTS (SELECT FROM {outcome_at('r.position')} o)"
            " ORDER BY r.position",
            {"campaign": campaign_id},
        )
        shared = [position for (position,) in cursor.fetchall()]
    for start in range(0, len(shared), _BATCH):
        refused = [
            _not_sent(position, NotSentReason.DUPLICATE, now)
            for position in shared[start : start + _BATCH]
        ]
        record_outcomes(campaign_id, refused, fresh=True)


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
