"""Policies and counts when the database goes away for a moment."""

import asyncio
from pathlib import Path

import pytest
from django.db import connection

from marketingconnect.dns import resolver_of
from marketingconnect.sending.engine.transport import PoliciesAwayError, Transport
from marketingconnect.sending.models import TransportDay
from marketingconnect.sending.mta_sts.policy import Mode, Policy
from marketingconnect.sending.mta_sts.sources import FolderSource
from marketingconnect.sending.ways.exchangers import Exchanger
from tests.sending.authority import Authority
from tests.sending.scripted_smtp import ScriptedServer

POLICY = Policy(Mode.ENFORCE, 60, ("mx.fast.test",))


def asked(question: str, *parameters: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return int(cursor.fetchone()[0])


async def cut(transport: Transport) -> None:
    """Its connection ends, as when the server of the database starts again."""
    pid = await transport._stored(lambda: asked("SELECT pg_backend_pid()"))

    def end() -> None:
        asked("SELECT pg_terminate_backend(%s, 10000)::int", pid)
        connection.close()

    await asyncio.to_thread(end)


@pytest.mark.django_db(transaction=True)
def test_without_the_database_nobody_guesses_and_no_count_is_lost(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    (tmp_path / "zone").write_text('_mta-sts.fast.test. 60 IN TXT "v=STSv1; id=1"\n')
    (tmp_path / "fast.test.txt").write_bytes(
        b"version: STSv1\nmode: enforce\nmx: mx.fast.test\nmax_age: 60\n"
    )
    resolver = resolver_of(f"zone:{tmp_path / 'zone'}")

    async def play() -> None:
        transport = Transport(resolver, FolderSource(tmp_path), roots=str(authority.roots))
        assert await transport.policy_of("FAST.test") == POLICY
        await cut(transport)
        with pytest.raises(PoliciesAwayError):
            await transport.policy_of("fast.test")
        assert await transport.policy_of("fast.test") == POLICY

        async with ScriptedServer(tls=authority.server("mx.fast.test")) as server:
            (relay,) = transport.relays(
                [Exchanger("mx.fast.test", server.host)], port=server.port, policy=POLICY
            )
            session = await transport.open(relay, domain="fast.test", our_name="mail.example.org")
            await session.quit()
        await cut(transport)
        await transport._write()
        await transport.end()

    asyncio.run(play())

    row = TransportDay.objects.get()
    assert (row.domain, row.result, row.connections) == ("fast.test", "proved", 1)


@pytest.mark.django_db(transaction=True)
def test_without_a_source_no_domain_has_a_policy(tmp_path: Path) -> None:
    async def play() -> None:
        transport = Transport(resolver_of("none"), None)
        assert await transport.policy_of("fast.test") is None
        (relay,) = transport.relays([Exchanger("mx.fast.test", "127.0.0.1")], port=25, policy=None)
        assert (relay.starttls, relay.tls_if_offered, relay.is_named) == (False, True, True)
        await transport.end()

    asyncio.run(play())
