"""A sender at work beside scripted servers."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.db import connection

from marketingconnect.sending.engine.sender import Sender
from marketingconnect.sending.engine.smtp import Relay
from marketingconnect.sending.engine.way_out import ToRelay
from marketingconnect.sending.models import Campaign, DeliveryOutcome
from marketingconnect.sending.states import CampaignState
from tests.sending.scripted_smtp import ScriptedServer


class Run:
    """A sender at work beside a scripted server."""

    def __init__(self, server: ScriptedServer, spool: Path, **options: Any) -> None:
        self.server = server
        made: Callable[[ScriptedServer], Sender] | None = options.get("sender_for")
        self.sender = (
            made(server)
            if made
            else Sender(
                way_out=options.get("way_out")
                or ToRelay(Relay.from_url(server.url), connections=options.get("connections", 4)),
                spool_root=spool,
                our_name="envois.atelier-postal.example.org",
                retry_delays=options.get("retry_delays", [0]),
                give_up_hours=options.get("give_up_hours", 48),
            )
        )
        self._thread = ThreadPoolExecutor(1)

    async def ask(self, question: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    async def until(self, condition: Callable[[], Any], seconds: float = 60) -> None:
        async with asyncio.timeout(seconds):
            while not await self.ask(condition):
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        await self.ask(lambda: connection.close())
        self._thread.shutdown()


def at_work(
    spool: Path, story: Callable[[Run], Awaitable[None]], server_options: Any = None, **options: Any
) -> ScriptedServer:
    """Run the sender while `story` happens, then stop it; returns the server."""

    async def play() -> ScriptedServer:
        async with ScriptedServer(**(server_options or {})) as server:
            run = Run(server, spool, **options)
            sending = asyncio.create_task(run.sender.run())
            try:
                await story(run)
            finally:
                run.sender.stop()
                server.hold.set()
                await sending
                await run.close()
        return server

    return asyncio.run(play())


def finished(campaign: Campaign) -> Callable[[Run], Coroutine[Any, Any, None]]:
    async def story(run: Run) -> None:
        await run.until(lambda: state_of(campaign) == CampaignState.SENT_OUT)

    return story


def state_of(campaign: Campaign) -> str:
    return Campaign.objects.values_list("state", flat=True).get(pk=campaign.pk)


def outcome_of(campaign: Campaign, position: int) -> DeliveryOutcome:
    return DeliveryOutcome.objects.get(campaign_id=campaign.pk, position=position)
