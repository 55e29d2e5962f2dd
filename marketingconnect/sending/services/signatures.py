"""Signatures made ahead of the hour: written by COPY, read with a chunk, forgotten at the end."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from marketingconnect.sending.message.signing import StoredSignature
from marketingconnect.sending.models import Campaign, SignatureAhead
from marketingconnect.sending.states import CampaignState

SLICE: Final = 500
_REACH: Final = timedelta(days=2)
"""How long before its hour a campaign is signed: content and keys are settled by then."""
_MISSING: Final = """
select first from generate_series(1, %(last)s, %(slice)s) as first
 where first <> all(%(skipped)s::int[])
   and exists (
     select from unnest(%(keys)s::bigint[]) as key
      where not exists (
        select from sending_signature s
         where s.campaign_id = %(campaign)s and s.key_id = key
           and s.position between first and first + %(slice)s - 1))
 order by random() limit 1
"""
_KEEP: Final = """
insert into sending_signature (campaign_id, position, key_id, at, seal, octets)
select * from signature_draft on conflict do nothing
"""
# In binary: written as text, the octets of a million signatures cost more than all else about them.
_READ: Final = """
copy (select position, key_id, at, seal, octets from sending_signature
 where campaign_id = %s and position between %s and %s and key_id = any(%s))
to stdout (format binary)
"""


def scheduled_soon(*, now: datetime) -> list[Campaign]:
    """Campaigns whose audience is frozen and whose hour is near, the next first."""
    soon = Campaign.objects.select_related("company").filter(
        state=CampaignState.SCHEDULED,
        audience_frozen_at__isnull=False,
        test_percent=0,
        scheduled_for__gt=now,
        scheduled_for__lte=now + _REACH,
    )
    return list(soon.order_by("scheduled_for", "pk"))


def unsigned_slice(
    campaign: Campaign, keys: Sequence[int], *, skipped: Iterable[int] = ()
) -> int | None:
    """First position of a run not signed yet: any of them, for several senders may work at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MISSING,
            {
                "last": campaign.audience_size or 0,
                "slice": SLICE,
                "keys": list(keys),
                "campaign": campaign.pk,
                "skipped": list(skipped),
            },
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


@transaction.atomic
def keep_signatures(campaign_id: int, made: Iterable[tuple[int, StoredSignature]]) -> None:
    """Write a run whole or not at all; what another sender wrote meanwhile stays. A campaign that
    is over gets none."""
    waiting = Campaign.objects.select_for_update(no_key=True).filter(
        pk=campaign_id, state=CampaignState.SCHEDULED
    )
    if not waiting:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table signature_draft (campaign_id bigint, position integer,"
            " key_id bigint, at bigint, seal bytea, octets bytea) on commit drop"
        )
        with cursor.copy("copy signature_draft from stdin (format binary)") as copy:
            copy.set_types(["int8", "int4", "int8", "int8", "bytea", "bytea"])
            for position, one in made:
                copy.write_row((campaign_id, position, one.key_id, one.at, one.seal, one.octets))
        cursor.execute(_KEEP)


def signatures_of(
    campaign_id: int, keys: Sequence[int], *, first: int, last: int
) -> dict[int, list[StoredSignature]]:
    """Position -> what was signed ahead, where each of these keys signed."""
    found: dict[int, list[StoredSignature]] = {}
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(_READ, [campaign_id, first, last, list(keys)]) as copy,
    ):
        copy.set_types(["int4", "int8", "int8", "bytea", "bytea"])
        for position, *made in copy.rows():
            found.setdefault(position, []).append(StoredSignature(*made))
    return {position: made for position, made in found.items() if len(made) == len(keys)}


def forget_signatures(campaign_ids: Iterable[int]) -> None:
    """Once a campaign is over, or its audience is drawn up again."""
    SignatureAhead.objects.filter(campaign_id__in=list(campaign_ids)).delete()
