"""The database seen by the sender: one thread, one connection, and words for when it is away."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import IntegrityError, connection
from django.db.utils import InterfaceError, OperationalError

from marketingconnect import clock
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending import queries
from marketingconnect.sending.engine.recovery import recover_chunks
from marketingconnect.sending.engine.signing import Ahead
from marketingconnect.sending.engine.stops import ByDigest, SinceFreeze
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.message.compiled import (
    CompiledMessage,
    Sending,
    UnusableAddressError,
)
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.signing import Signer, StoredSignature
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign, CampaignVariant, Chunk
from marketingconnect.sending.services import (
    campaigns,
    chunks,
    domains,
    late,
    restored,
    signatures,
)
from marketingconnect.sending.services.by_day import DestinationAge, count_destinations
from marketingconnect.sending.services.chunks import ClaimedChunk, Deferred
from marketingconnect.sending.services.links import tracked_content
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import ChunkState, HeldBy
from marketingconnect.sending.variants import Variant

P = ParamSpec("P")
T = TypeVar("T")
_ON_TIME: Final = timedelta(minutes=15)
log = logging.getLogger(__name__)
_NO_KEYS: Final = "Nos clés de signature sont indisponibles, et rien ne part sans signature."
_CHANGED: Final = non_breaking(
    "Le contenu diffère de la version validée : rien ne part. Faites valider cette version par le"
    " client dans une nouvelle commande."
)
_NO_REPLY_TO: Final = non_breaking(
    "L’adresse de réponse ne peut pas figurer dans un message : rien ne part. Arrêtez la campagne,"
    " corrigez l’adresse et faites valider le message."
)
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class StoreAwayError(Exception):
    """The database does not answer; nothing can be said of what was being written."""


class UnsendableContentError(Exception):
    """The content in the database is not the validated one, or cannot be written."""


@dataclass(frozen=True)
class View:
    """What the sender learns at each look."""

    now: datetime
    running: frozenset[int]


@dataclass(frozen=True)
class Taken:
    """A claimed chunk with its recipients; `opposed` are addresses not to write to.

    `asked_at` is the monotonic time from which oppositions could be missed.
    """

    chunk: ClaimedChunk
    compiled: CompiledMessage
    recipients: list[tuple[int, str, dict[str, str]]]
    opposed: set[str]
    digests: Callable[[], ByDigest]
    asked_at: float
    started_at: datetime
    signer: Signer | None = None
    ahead: Ahead = field(default_factory=dict)

    def unsigned(self) -> list[tuple[int, str, dict[str, str]]]:
        """Those whose signature takes long and was not made ahead."""
        if self.signer is None or not self.signer.is_slow:
            return []
        return [
            one
            for one in self.recipients
            if one[0] not in self.ahead and one[1] not in self.opposed
        ]


@dataclass(frozen=True)
class Run:
    """Recipients of a campaign whose hour has not come, to be signed."""

    campaign_id: int
    first: int
    compiled: CompiledMessage
    signer: Signer
    recipients: list[tuple[int, str, dict[str, str]]]
    at: int


@dataclass
class Parcel:
    """Results of one chunk on their way to the database."""

    chunk: ClaimedChunk
    results: list[Result]
    fresh: bool
    closing: bool = False
    left: list[Deferred] = field(default_factory=list)


class Store:
    """Every call runs in the same thread, one after the other."""

    def __init__(self, owner: UUID, root: Path) -> None:
        self._owner = owner
        self._root = root
        self._held: set[int] = set()
        self._is_home = False
        """The database of this connection is one that we know."""
        self._trouble: str | None = None
        """Why the keys cannot be opened; None before they were first asked for."""
        self._compiled: dict[int, dict[str, CompiledMessage]] = {}
        self._campaigns: dict[int, Campaign] = {}
        self.since_freeze = SinceFreeze()
        self._looks = 0
        self._keys: list[int] = []
        self._signer: Signer | None = None
        self._nothing_to_sign: set[tuple[int, int]] = set()
        self._soon: tuple[object, CompiledMessage] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def look(self) -> View:
        return await self._call(self._look)

    async def take(self, campaign_id: int) -> Taken | None:
        return await self._call(self._take, campaign_id)

    async def write(self, parcel: Parcel) -> None:
        await self._call(self._write, parcel)

    async def say_no_room(self, reason: str) -> None:
        """On each running campaign; an empty reason: there is room again."""
        await self._call(lambda: campaigns.hold_running(HeldBy.ROOM, reason, now=clock.now()))

    async def count_by_day(self, sent: dict[str, int]) -> dict[str, DestinationAge]:
        return await self._call(lambda: count_destinations(sent, clock.today()))

    async def unsigned_run(self) -> Run | None:
        return await self._call(self._unsigned_run)

    async def keep(self, run: Run, made: list[tuple[int, StoredSignature]]) -> None:
        if not made:
            self._nothing_to_sign.add((run.campaign_id, run.first))
            return
        await self._call(signatures.keep_signatures, run.campaign_id, made)

    async def leave(self, in_hand: set[int]) -> None:
        """At the end: all that we claimed goes back, but the chunks in hand."""

        def give_back() -> None:
            ours = Chunk.objects.filter(owner=self._owner, state=ChunkState.CLAIMED)
            ours.exclude(pk__in=in_hand).update(state=ChunkState.OPEN, owner=None, lease_until=None)

        await self._call(give_back)

    def close(self) -> None:
        self._thread.submit(_hang_up).result()
        self._thread.shutdown()

    async def _call(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def guarded() -> T:
            try:
                return verb(*args, **kwargs)
            except _AWAY as error:
                connection.close()
                self._is_home = False
                raise StoreAwayError(str(error)) from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)

    def _look(self) -> View:
        now = clock.now()
        if not self._is_home and restored.recognise_database(now=now):
            log.error("another database than before: what it may have forgotten is paused")
        self._is_home = True
        strays = chunks.renew_leases(self._owner) - self._held
        # Claimed by us in a transaction whose answer was lost: nothing of them was started.
        Chunk.objects.filter(pk__in=strays, owner=self._owner, state=ChunkState.CLAIMED).update(
            state=ChunkState.OPEN, owner=None, lease_until=None
        )
        late.pause_late(now=now, stale_after=timedelta(hours=settings.SENDER_STALE_HOURS))
        campaigns.start_due_campaigns(now=now)
        if not self._has_its_keys(now):
            return View(now, frozenset())
        if self._looks % 4 == 0:
            recover_chunks(self._root, owner=self._owner, now=now)
            chunks.close_stopped(now=now)
        self._looks += 1
        running = queries.running_campaigns()
        over = [campaign for campaign in running if not queries.has_live_chunks(campaign)]
        if over:
            campaigns.finish_sent_out(over, now=now)
        self._forget_all_but(running)
        return View(now, frozenset(running) - set(over))

    def _take(self, campaign_id: int) -> Taken | None:
        if campaign_id not in self._compiled:
            self._compiled[campaign_id] = self._compile(campaign_id)
        chunk = chunks.claim_chunk(campaign_id, owner=self._owner, now=clock.now())
        if chunk is None:
            return None
        recipients = chunks.recipients_left(chunk)
        asked_at = time.monotonic()
        answer = self.since_freeze.opposed(self._campaigns[campaign_id], recipients)
        taken = Taken(
            chunk,
            self._compiled[campaign_id][chunk.variant],
            recipients,
            answer.opposed,
            answer.digests,
            asked_at,
            self._campaigns[campaign_id].started_at or clock.now(),
            self._signer,
            self._ahead(chunk),
        )
        # Once nothing can fail any more: what is claimed and not held goes back at the next look.
        self._held.add(chunk.id)
        return taken

    def _ahead(self, chunk: ClaimedChunk) -> Ahead:
        if self._signer is None:
            return {}
        return signatures.signatures_of(
            chunk.campaign_id, self._keys, first=chunk.first_position, last=chunk.last_position
        )

    def _has_its_keys(self, now: datetime) -> bool:
        """A key that is in use signs from the next chunk on. One that cannot be opened holds
        everything until it can: nothing leaves unsigned."""
        keys = domains.keys_in_use(settings.SENDING_DOMAIN)
        if keys == self._keys and self._trouble == "":
            return True
        try:
            self._signer = Signer(domains.signing_keys(keys)) if keys else None
        except SendingError as error:
            if self._trouble != str(error):
                log.error("%s", error)
            self._signer, self._keys, self._trouble = None, [], str(error)
            campaigns.hold_running(HeldBy.KEYS, _NO_KEYS, now=now)
            return False
        if self._trouble != "":  # an earlier sender may have died while it held everything
            campaigns.hold_running(HeldBy.KEYS, "", now=now)
        self._keys, self._trouble = keys, ""
        return True

    def _unsigned_run(self) -> Run | None:
        now = clock.now()
        if self._signer is None or not self._signer.is_slow:
            return None
        for campaign in signatures.scheduled_soon(now=now):
            skipped = [first for one, first in self._nothing_to_sign if one == campaign.pk]
            first = signatures.unsigned_slice(campaign, self._keys, skipped=skipped)
            if first is None or campaigns.content_of(campaign).sha256 != campaign.content_sha256:
                continue
            try:
                compiled = self._compiled_soon(campaign)
            except UnusableAddressError:
                continue  # said on it when its hour comes
            last = first + signatures.SLICE - 1
            every = ClaimedChunk(0, campaign.pk, first, last, None, 1, self._owner)
            return Run(
                campaign.pk,
                first,
                compiled,
                self._signer,
                chunks.recipients_left(every),
                int(now.timestamp()),
            )
        return None

    def _compiled_soon(self, campaign: Campaign) -> CompiledMessage:
        which = (campaign.pk, campaign.content_sha256, campaign.scheduled_for)
        if self._soon is None or self._soon[0] != which:
            self._soon = (which, _compiled(campaign, campaigns.content_of(campaign)))
        return self._soon[1]

    def _write(self, parcel: Parcel) -> None:
        try:
            self._write_once(parcel)
        except IntegrityError:
            parcel.fresh = False
            self._write_once(parcel)
        if parcel.closing:
            self._held.discard(parcel.chunk.id)

    def _write_once(self, parcel: Parcel) -> None:
        chunk, results, fresh = parcel.chunk, parcel.results, parcel.fresh
        if not parcel.closing:
            record_outcomes(chunk.campaign_id, results, fresh=fresh)
        elif not chunks.close_chunk(chunk, results=results, left=parcel.left, fresh=fresh):
            # Closed already, by a commit whose answer was lost or by another sender.
            record_outcomes(chunk.campaign_id, results, fresh=False)

    def _compile(self, campaign_id: int) -> dict[str, CompiledMessage]:
        """Variant -> its message. Raises UnsendableContentError, and says so on the campaign."""
        campaign = Campaign.objects.select_related("company").get(pk=campaign_id)
        contents: dict[str, Campaign | CampaignVariant] = {Variant.A: campaign}
        if campaign.test_percent:
            contents[Variant.B] = CampaignVariant.objects.get(campaign=campaign)
        for kept in contents.values():
            if campaigns.content_of(kept).sha256 != kept.content_sha256:
                campaigns.hold_content(campaign_id, _CHANGED, now=clock.now())
                raise UnsendableContentError(campaign_id)
        try:
            messages = {
                variant: _compiled(campaign, campaigns.content_of(kept))
                for variant, kept in contents.items()
            }
        except UnusableAddressError as error:
            # One campaign that cannot be written must not keep the others from leaving.
            campaigns.hold_content(campaign_id, _NO_REPLY_TO, now=clock.now())
            raise UnsendableContentError(campaign_id) from error
        self._campaigns[campaign_id] = campaign
        return messages

    def _forget_all_but(self, running: list[int]) -> None:
        for campaign_id in set(self._compiled) - set(running):
            del self._compiled[campaign_id]
            del self._campaigns[campaign_id]
        self.since_freeze.forget_all_but(running)


def _compiled(campaign: Campaign, content: CampaignContent) -> CompiledMessage:
    """The same bytes before the hour as at the hour."""
    sending = Sending(
        campaign_id=campaign.pk,
        company_reference=campaign.company.reference,
        company_name=campaign.company.legal_name,
        date=_date_of(campaign).astimezone(clock.PARIS),
        domain=settings.SENDING_DOMAIN,
        base_url=settings.TRACKING_URL,
        site_url=settings.BASE_URL,
    )
    tokens = current_tokens()
    return CompiledMessage(tracked_content(campaign, content, tokens), sending, tokens)


def _date_of(campaign: Campaign) -> datetime:
    """The hour chosen, which can be signed before it; the real one when it began much later."""
    began = campaign.started_at
    if began is None or began - campaign.scheduled_for <= _ON_TIME:
        return campaign.scheduled_for
    return began


def _hang_up() -> None:
    """Close the connection of the calling thread."""
    connection.close()
