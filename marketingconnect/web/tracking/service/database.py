"""The database asked from beside the event loop: one thread, one connection, closed at the end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections, connection
from django.db.utils import Error

T = TypeVar("T")


class DatabaseThread:
    """Questions wait for one another; a broken connection is replaced for the next one."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def ask(self, question: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _asked, question)

    def close(self) -> None:
        self._thread.submit(lambda: connection.close()).result()
        self._thread.shutdown()


def _asked(question: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return question()
    except Error:
        connection.close()
        raise
