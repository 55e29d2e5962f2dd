"""Record that a person of the base opposes, on some channels, for the operator or for all (B.5)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.errors import OppositionRefusedError
from marketingconnect.base.people import LISTS, RecordFound
from marketingconnect.base.vocabulary import Channel
from marketingconnect.suppression.models import Scope
from marketingconnect.suppression.services import suppress


@transaction.atomic
def oppose_record(
    found: RecordFound,
    *,
    channels: Collection[Channel],
    scope: Scope,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """CGV B.5: a person of the base opposes: from the next count on, nobody is given it there.

    The journal names the record and the channels, never the address. Returns how many lists
    learned something; safe to repeat. Raises OppositionRefusedError.
    """
    chosen = [channel for channel in found.channels if channel in channels]
    _must_hold(chosen, scope)
    known = [
        suppress(
            channel=opposed, address=found.spelled(channel), scope=scope, reason=reason, at=now
        )
        for channel in chosen
        for opposed in LISTS[channel]
    ]
    subject = f"record:{found.population}:{found.record_key}"
    _journal(subject, chosen, scope, reason, actor, now)
    return sum(known)


@transaction.atomic
def oppose_address(
    *, channel: Channel, address: str, scope: Scope, reason: str, actor: Actor, now: datetime
) -> int:
    """CGV B.5: oppose an address that the base does not hold today, and may receive tomorrow.

    `address` is a number, an e-mail address, or the postal identity. Raises InvalidValueError.
    """
    _must_hold([channel], scope)
    known = [
        suppress(channel=opposed, address=address, scope=scope, reason=reason, at=now)
        for opposed in LISTS[channel]
    ]
    _journal("record:unknown", [channel], scope, reason, actor, now)
    return sum(known)


def _must_hold(channels: Collection[Channel], scope: Scope) -> None:
    if not channels:
        raise OppositionRefusedError("Choisissez au moins un canal de cette fiche.")
    if scope == Scope.CLIENT:
        raise OppositionRefusedError("L’opposition à un seul client se fait depuis ses messages.")


def _journal(
    subject: str,
    channels: Collection[Channel],
    scope: Scope,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    after = {"channels": [channel.value for channel in channels], "scope": scope, "reason": reason}
    record(
        action="base.opposition_recorded",
        actor=actor,
        company_id=None,
        subject=subject,
        after=after,
        at=now,
    )
