"""A line that loses requests on the way in and answers on the way out, as real ones do."""

import random
import socket
import threading
from enum import Enum, auto
from typing import NoReturn

from werkzeug.wrappers import Request


class Loss(Enum):
    """What becomes of a call."""

    NONE = auto()
    REQUEST = auto()
    """Cut before the bank heard it."""
    ANSWER = auto()
    """The bank heard and acted; the caller never knows."""


class Line:
    """Loses a share of the calls, drawn from a seed: as many requests as answers."""

    def __init__(self, share: float = 0.0, seed: int = 1) -> None:
        self._share = share
        self._luck = random.Random(seed)  # noqa: S311
        self._lock = threading.Lock()

    def draw(self) -> Loss:
        if not self._share:
            return Loss.NONE
        with self._lock:
            drawn = self._luck.random()
        if drawn >= self._share:
            return Loss.NONE
        return Loss.REQUEST if drawn < self._share / 2 else Loss.ANSWER


def hang_up(request: Request) -> NoReturn:
    """Close the caller's connection without a word."""
    line = request.environ.get("werkzeug.socket")
    if isinstance(line, socket.socket):
        line.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("the line was cut")
