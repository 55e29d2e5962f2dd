"""A relay that is far: a line between the sender and the sink on which octets take their time.

`python -m bench.far_relay PORT SINK_PORT MILLISECONDS`: each way takes half of the round trip.
"""

import asyncio
import selectors
import sys
from collections import deque


class End(asyncio.Protocol):
    """One end of a connection; what it hears is written to the other, later and in order."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._under_way: deque[bytes] = deque()
        self.transport: asyncio.Transport | None = None
        self.other: End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._under_way.append(data)
        asyncio.get_running_loop().call_later(self._delay, self._arrive)

    def connection_lost(self, exc: Exception | None) -> None:
        asyncio.get_running_loop().call_later(self._delay, self._hang_up)

    def _arrive(self) -> None:
        data = self._under_way.popleft()
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)

    def _hang_up(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()


class Near(End):
    """The end that the sender calls; it calls the sink in turn."""

    def __init__(self, delay: float, sink_port: int) -> None:
        super().__init__(delay)
        self._sink_port = sink_port
        self._calling: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._calling = asyncio.ensure_future(self._call())

    async def _call(self) -> None:
        loop = asyncio.get_running_loop()
        _, far = await loop.create_connection(
            lambda: End(self._delay), "127.0.0.1", self._sink_port
        )
        self.other, far.other = far, self


async def _serve(port: int, sink_port: int, milliseconds: float) -> None:
    delay = milliseconds / 2_000
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Near(delay, sink_port), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    # `select` waits for microseconds, where `epoll` rounds each wait up to a millisecond.
    with asyncio.Runner(
        loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())
    ) as runner:
        runner.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
