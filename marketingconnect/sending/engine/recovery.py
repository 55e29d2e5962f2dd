"""Take over what dead senders left: answered is recorded, in flight is doubtful, the rest goes."""

import logging
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID

from marketingconnect.sending.engine.spool import DeadSpool, Owner, SpoolReading, dead_owners
from marketingconnect.sending.services.chunks import (
    ClaimedChunk,
    Deferred,
    chunks_of_others,
    close_chunk,
    give_up_chunk,
    recipients_left,
)
from marketingconnect.sending.services.outcomes import Result
from marketingconnect.sending.states import Outcome

log = logging.getLogger(__name__)
IN_FLIGHT = "Message en vol quand l’envoi s’est interrompu"
OUT_OF_REACH = "Journal local de l’expéditeur hors d’atteinte"


def recover_chunks(root: Path, *, owner: UUID, now: datetime) -> None:
    """Close the chunks of every dead sender; the living ones keep theirs."""
    claimed = sorted(chunks_of_others(owner), key=lambda chunk: str(chunk.owner))
    for other, theirs in groupby(claimed, key=lambda chunk: chunk.owner):
        with DeadSpool(root, other) as spool:
            _take_over(spool, list(theirs), now)
    _clean(root, owner, {chunk.owner for chunk in chunks_of_others(owner)})


def _take_over(spool: DeadSpool, theirs: Iterable[ClaimedChunk], now: datetime) -> None:
    for chunk in theirs:
        if spool.state is Owner.DEAD:
            _recover(chunk, spool.read(chunk.id), now)
        elif spool.state is Owner.OUT_OF_REACH and chunk.lease_over:
            doubtful = give_up_chunk(chunk, reason=OUT_OF_REACH, now=now)
            log.error("chunk %s given up: %s doubtful recipients", chunk.id, doubtful)


def _recover(chunk: ClaimedChunk, reading: SpoolReading, now: datetime) -> None:
    doubtful = [
        Result(position, Outcome.UNCERTAIN, "", None, IN_FLIGHT, now)
        for position in sorted(reading.started)
    ]
    known = {*reading.results, *reading.started}
    # Those refused for a while are tried again at once: their first refusal may be old by now.
    left = [position for position, _, _ in recipients_left(chunk) if position not in known]
    closed = close_chunk(
        chunk,
        results=[*reading.results.values(), *doubtful],
        left=[Deferred(left, chunk.attempt, None)],
    )
    if closed:
        log.warning("chunk %s recovered: %s doubtful recipients", chunk.id, len(doubtful))


def _clean(root: Path, owner: UUID, still_claiming: set[UUID]) -> None:
    for other in dead_owners(root, but=owner):
        if other in still_claiming:
            continue
        with DeadSpool(root, other) as spool:
            if spool.removable:
                spool.remove()
