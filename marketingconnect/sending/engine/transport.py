"""Which policy holds for each domain (MTA-STS), and sessions opened as it asks.

Policies are read in threads, never in the event loop, and kept in the database, where every sender
finds them. How connections went is counted there too.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, TypeVar

import psycopg
from django.db import DatabaseError, connection
from django.db.utils import InterfaceError, OperationalError

from marketingconnect import clock
from marketingconnect.dns import RecordType, Resolver
from marketingconnect.sending.engine.smtp import Relay, SmtpSession, UnprovedServerError
from marketingconnect.sending.mta_sts.keeping import Kept
from marketingconnect.sending.mta_sts.policy import (
    InvalidPolicyError,
    Mode,
    Policy,
    announced_id,
    is_host_name,
    parse_policy,
)
from marketingconnect.sending.mta_sts.proof import Proof
from marketingconnect.sending.mta_sts.sources import PolicyFetchError, PolicySource
from marketingconnect.sending.services import transport as kept
from marketingconnect.sending.services.transport import Connected
from marketingconnect.sending.ways.exchangers import Exchanger

T = TypeVar("T")
log = logging.getLogger(__name__)
_ASKED_AT_ONCE: Final = 16
_WRITE_SECONDS: Final = 2.0
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class PoliciesAwayError(Exception):
    """The database does not answer: nobody knows what a domain asks for."""


class Transport:
    """Lives in the event loop; without a source, every domain is without a policy."""

    def __init__(self, resolver: Resolver, source: PolicySource | None, *, roots: str = "") -> None:
        """`roots`: a PEM file of the authorities believed, instead of the system's."""
        self._resolver = resolver
        self._source = source
        self._roots = roots
        self._counts: Counter[Connected] = Counter()
        self._database = ThreadPoolExecutor(1, thread_name_prefix="policies")
        self._web = ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="mta-sts")
        self._writing: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Count what happens, now and then."""
        self._writing = asyncio.create_task(self._keep_writing())

    async def policy_of(self, domain: str) -> Policy | None:
        """What a domain asks for; None when that is nothing. Raises PoliciesAwayError."""
        name = domain.lower()
        source = self._source
        if source is None or not is_host_name(name):
            return None
        known = await self._stored(lambda: kept.kept_policy(name))
        now = await self._stored(clock.now)
        loop = asyncio.get_running_loop()
        announced = await loop.run_in_executor(self._web, self._announced, name)
        if announced is not None and known.is_to_be_fetched(announced, now):
            try:
                policy = await loop.run_in_executor(self._web, _fetched, source, name)
            except (PolicyFetchError, InvalidPolicyError) as error:
                await self._stored(_note_trouble(name, announced, known, error))
                return known.in_force(now)
            await self._stored(
                lambda: kept.keep_policy(name, policy, policy_id=announced, now=clock.now())
            )
            return policy
        return known.in_force(now)

    def relays(
        self, exchangers: Sequence[Exchanger], *, port: int, policy: Policy | None
    ) -> list[Relay]:
        """The servers as they are to be spoken to, in their order."""
        mode = Mode.NONE if policy is None else policy.mode
        must = mode is Mode.ENFORCE
        return [
            Relay(
                one.address,
                port,
                tls=False,
                starttls=must,
                user="",
                password="",
                name=one.host,
                tls_if_offered=not must,
                roots=self._roots,
                mode=mode,
                is_named=policy is None or mode is Mode.NONE or policy.allows(one.host),
            )
            for one in exchangers
        ]

    async def open(self, relay: Relay, *, domain: str, our_name: str) -> SmtpSession:
        """Connect as the policy of the domain asks, and count how it went.

        Raises UnprovedServerError, ConnectionLostError or OSError.
        """
        if relay.mode is Mode.NONE:
            return await SmtpSession.open(relay, our_name=our_name)
        try:
            if not relay.is_named:
                raise UnprovedServerError(relay.name, Proof.NOT_NAMED)
            session = await SmtpSession.open(replace(relay, starttls=True), our_name=our_name)
        except UnprovedServerError as error:
            self._count(relay, domain, error.proof)
            if relay.mode is Mode.ENFORCE:
                raise
            return await SmtpSession.open(relay, our_name=our_name)
        self._count(relay, domain, Proof.PROVED)
        return session

    async def end(self) -> None:
        """Write the last counts, and let go of the database."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        await self._write()
        await asyncio.get_running_loop().run_in_executor(self._database, _hang_up)
        self._database.shutdown()
        self._web.shutdown(wait=False, cancel_futures=True)

    def _count(self, relay: Relay, domain: str, proof: Proof) -> None:
        if proof is not Proof.PROVED:
            log.warning("%s, %s: %s (%s)", domain, relay.name, proof, relay.mode)
        self._counts[Connected(domain.lower(), relay.name, relay.mode, proof)] += 1

    def _announced(self, domain: str) -> str | None:
        return announced_id(self._resolver.ask(f"_mta-sts.{domain}", RecordType.TXT).records)

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            await self._write()

    async def _write(self) -> None:
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._stored(lambda: kept.count_connections(counts, today=clock.today()))
        except PoliciesAwayError:
            self._counts.update(counts)
        except DatabaseError:
            log.exception("connections not counted")

    async def _stored(self, verb: Callable[[], T]) -> T:
        def guarded() -> T:
            try:
                return verb()
            except _AWAY as error:
                connection.close()
                raise PoliciesAwayError(str(error)) from error

        return await asyncio.get_running_loop().run_in_executor(self._database, guarded)


def _fetched(source: PolicySource, domain: str) -> Policy:
    return parse_policy(source.fetch(domain))


def _note_trouble(domain: str, announced: str, known: Kept, error: Exception) -> Callable[[], None]:
    """For whoever reads the log, as RFC 8461 asks (3.3), and the page of destinations."""
    if known.policy is None or known.policy.mode is not Mode.NONE:
        log.warning("policy of %s: %s", domain, error)
    why = str(error)
    return lambda: kept.keep_trouble(domain, why, policy_id=announced, now=clock.now())


def _hang_up() -> None:
    """Close the connection of the calling thread."""
    connection.close()
