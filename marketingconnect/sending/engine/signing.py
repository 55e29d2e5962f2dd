"""Signatures made beside the event loop, in batches, and ahead of the hour when nothing is sent."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from marketingconnect.sending.message.compiled import (
    CompiledMessage,
    RenderedMessage,
    UnusableAddressError,
)
from marketingconnect.sending.message.signing import Signer, StoredSignature

_BATCH: Final = 32
"""Messages of a hand-over: each return to Python may wait for the event loop."""
_SWITCH_SECONDS: Final = 0.001
Recipients = Sequence[tuple[int, str, dict[str, Any]]]
Ahead = Mapping[int, Sequence[StoredSignature]]


class SigningRoom:
    """A thread a processor; the interpreter is free while `cryptography` signs."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(
            max_workers=os.cpu_count() or 1, thread_name_prefix="signing"
        )

    async def signed(
        self, compiled: CompiledMessage, signer: Signer, recipients: Recipients, *, at: int
    ) -> dict[int, RenderedMessage]:
        """Position -> its message with its signatures; none for an unusable address."""

        def batch(some: Recipients) -> list[tuple[int, RenderedMessage]]:
            return [
                (position, signer.signed(message, at=at))
                for position, message in _rendered(compiled, some)
            ]

        sys.setswitchinterval(_SWITCH_SECONDS)
        loop = asyncio.get_running_loop()
        parts = await asyncio.gather(
            *(loop.run_in_executor(self._threads, batch, some) for some in _cut(recipients))
        )
        return {position: message for part in parts for position, message in part}

    async def ahead(
        self, compiled: CompiledMessage, signer: Signer, recipients: Recipients, *, at: int
    ) -> list[tuple[int, StoredSignature]]:
        """The signatures alone, with their positions."""

        def batch(some: Recipients) -> list[tuple[int, StoredSignature]]:
            return [
                (position, one)
                for position, message in _rendered(compiled, some)
                for one in signer.ahead(message, at=at)
            ]

        loop = asyncio.get_running_loop()
        parts = await asyncio.gather(
            *(loop.run_in_executor(self._threads, batch, some) for some in _cut(recipients))
        )
        return [one for part in parts for one in part]

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)


def _cut(recipients: Recipients) -> list[Recipients]:
    return [recipients[start : start + _BATCH] for start in range(0, len(recipients), _BATCH)]


def _rendered(
    compiled: CompiledMessage, recipients: Recipients
) -> list[tuple[int, RenderedMessage]]:
    out = []
    for position, email, fields in recipients:
        try:
            out.append((position, compiled.render(position, email, fields)))
        except UnusableAddressError:
            continue  # said when its turn comes
    return out
