"""A small Internet: two servers on one port, each with its address, and a zone that names them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marketingconnect.dns import resolver_of
from marketingconnect.sending.engine.way_out import Direct
from marketingconnect.sending.mta_sts.sources import PolicySource
from marketingconnect.sending.ways.policies import parse_destinations
from tests.sending.engine.stage import Run
from tests.sending.scripted_smtp import ScriptedServer

ZONE = """
$TTL 60
fast.test.     MX 10 mx.fast.test.
slow.test.     MX 10 mx.slow.test.
twin.test.     MX 10 mx.slow.test.
spare.test.    MX 10 gone.spare.test.
spare.test.    MX 20 mx.fast.test.
silent.test.   MX 0 .
gone.spare.test. A 127.0.0.9
mx.fast.test.  A 127.0.0.2
mx.slow.test.  A 127.0.0.3
"""
PACES = """
[default]
connections = 3
per_connection = 100
per_minute = 0
waits = [1]
warm_up = []
[[group]]
name = "Lente"
exchangers = ["slow.test"]
connections = 2
per_connection = 5
"""


@dataclass
class Internet:
    """Two servers on one port, each with its address."""

    folder: Path
    paces: str = PACES
    zone: str = ZONE
    policies: PolicySource | None = None
    roots: str = ""
    fast: ScriptedServer = field(default_factory=lambda: ScriptedServer(host="127.0.0.2"))
    slow: ScriptedServer = field(default_factory=lambda: ScriptedServer(host="127.0.0.3"))

    def send(
        self, story: Callable[[Run], Awaitable[None]], **options: Any
    ) -> "tuple[ScriptedServer, ScriptedServer]":
        # A zone that was read is kept: another one needs another name.
        zone = self.folder / f"zone-{len(list(self.folder.glob('zone-*')))}"
        zone.write_text(self.zone, encoding="utf-8")

        async def play() -> None:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(self.fast)
                self.slow.port = self.fast.port
                await stack.enter_async_context(self.slow)
                paces, resolver = parse_destinations(self.paces), resolver_of(f"zone:{zone}")
                way_out = Direct(
                    paces,
                    resolver,
                    port=self.fast.port,
                    policies=self.policies,
                    roots=self.roots,
                )
                run = Run(self.fast, self.folder / "spool", way_out=way_out, **options)
                sending = asyncio.create_task(run.sender.run())
                try:
                    await story(run)
                finally:
                    run.sender.stop()
                    await sending
                    await run.close()

        asyncio.run(play())
        return self.fast, self.slow


def addresses(domain: str, number: int, name: str = "a") -> list[str]:
    return [f"{name}{n}@{domain}" for n in range(number)]
