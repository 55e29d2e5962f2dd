"""The recipients' mail servers of a campaign of the past.

A chunk is claimed, tried and closed by the services that a sender uses: who is refused for a while
is tried again after the same delays, and a cause is read from the server's own words.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.conf import settings

from marketingconnect.sending.causes import cause_of
from marketingconnect.sending.models import Chunk
from marketingconnect.sending.rules import next_try
from marketingconnect.sending.services.chunks import (
    ClaimedChunk,
    Deferred,
    claim_chunk,
    close_chunk,
    recipients_left,
)
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.sending.states import ChunkState, Outcome

_EACH: Final = timedelta(milliseconds=90)
_TAKEN: Final = "250 2.0.0 Ok: queued"
_LOST: Final = "connexion perdue avant la réponse du serveur"
_FOR_A_WHILE: Final = "451 4.7.1 Greylisted, please try again later"


@dataclass(frozen=True, slots=True)
class _Habit:
    """How many recipients in a thousand are answered so; an empty reply: nobody answers."""

    in_a_thousand: int
    reply: str
    tries: int = 99
    """After so many, the message is taken."""


_HABITS: Final = (
    _Habit(13, "550 5.1.1 Adresse d au moins un destinataire invalide. OFR204_416 [416]"),
    _Habit(8, "552 5.2.2 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]"),
    _Habit(4, "550 5.2.1 This mailbox has been blocked due to inactivity"),
    _Habit(3, "550 spam detected"),
    _Habit(4, "452 4.2.2 The recipient's inbox is out of storage space"),
    _Habit(25, _FOR_A_WHILE, tries=1),
    _Habit(4, ""),
)


def send_off(campaign_id: int, *, now: datetime) -> datetime:
    """All that may leave from `now` on; gives when the last server answered."""
    owner, at = uuid4(), now
    while True:
        chunk = claim_chunk(campaign_id, owner=owner, now=at)
        if chunk is not None:
            at = _tried(chunk, at)
        elif (due := _next_hour(campaign_id)) is not None:
            at = max(at, due)
        else:
            return at


def _next_hour(campaign_id: int) -> datetime | None:
    """Of those who are to be tried again; None when nobody is."""
    waiting = Chunk.objects.filter(
        campaign_id=campaign_id, state=ChunkState.OPEN, not_before__isnull=False
    )
    return (
        waiting.exclude(variant="")
        .order_by("not_before")
        .values_list("not_before", flat=True)
        .first()
    )


def _tried(chunk: ClaimedChunk, at: datetime) -> datetime:
    """One message after the other, then the chunk is closed as its sender closes it."""
    results, later = [], []
    for position, email, _ in recipients_left(chunk):
        at += _EACH
        result = _answered(chunk, position, email, at)
        if result is None:
            later.append(position)
        else:
            results.append(result)
    again = next_try(attempt=chunk.attempt, now=at, delays=settings.SENDER_RETRY_DELAYS)
    close_chunk(chunk, results=results, left=[Deferred(later, chunk.attempt + 1, again)])
    return at


def _answered(chunk: ClaimedChunk, position: int, email: str, at: datetime) -> Result | None:
    """What became of one message; None when it is to be tried again."""
    habit = _habit_of(email)
    if habit is None or chunk.attempt > habit.tries:
        return Result(position, Outcome.ACCEPTED, "", 250, _TAKEN, at)
    if not habit.reply:
        return Result(position, Outcome.UNCERTAIN, "", None, _LOST, at)
    code = int(habit.reply[:3])
    delays = settings.SENDER_RETRY_DELAYS
    if code < 500 and next_try(attempt=chunk.attempt, now=at, delays=delays) is not None:
        return None
    return Result(position, Outcome.UNDELIVERED, cause_of(code, habit.reply), code, habit.reply, at)


def _habit_of(email: str) -> _Habit | None:
    """The same for an address at each try; None for most, whose server takes the message."""
    drawn = random.Random(email).randrange(1000)  # noqa: S311  no secret
    for habit in _HABITS:
        drawn -= habit.in_a_thousand
        if drawn < 0:
            return habit
    return None
