"""Flag records whose mail came back (CGV CL.6)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.models import FlagKind, RecordFlag
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.suppression.transactions import current_transaction


@transaction.atomic
def flag_records(
    *,
    population: Population,
    record_keys: Iterable[int],
    channel: Channel,
    since: date,
    source: str,
    actor: Actor,
    now: datetime,
    until: date | None = None,
) -> int:
    """CGV CL.6: keep records out of a channel; the same source twice flags once.

    `source` reads `claim:12`. Returns how many were new.
    """
    keys = sorted(set(record_keys))
    known = set(
        RecordFlag.objects.filter(
            population=population, channel=channel, source=source, record_key__in=keys
        ).values_list("record_key", flat=True)
    )
    new = [key for key in keys if key not in known]
    shared = {
        "population": population,
        "kind": FlagKind.UNDELIVERABLE,
        "channel": channel,
        "since": since,
        "until": until,
        "source": source,
    }
    RecordFlag.objects.bulk_create(
        [RecordFlag(record_key=key, **shared) for key in new],
        batch_size=5000,
        ignore_conflicts=True,
    )
    if new:
        _journal("base.records_flagged", source, actor, now, records=len(new), channel=channel)
    return len(new)


@transaction.atomic
def lift_flags(*, source: str, on: date, actor: Actor, now: datetime) -> int:
    """CGV CL.6: end the flags that a source put, when it was wrong; how many."""
    open_flags = RecordFlag.objects.filter(source=source, until=None)
    lifted = open_flags.update(until=on, written_in=current_transaction())
    if lifted:
        _journal("base.flags_lifted", source, actor, now, records=lifted)
    return lifted


def _journal(action: str, source: str, actor: Actor, at: datetime, **after: object) -> None:
    record(action=action, actor=actor, company_id=None, subject=source, after=after, at=at)
