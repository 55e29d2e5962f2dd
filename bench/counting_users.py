"""Fifty people at once on the counting process, each moving a slider now and then."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Final

import numpy as np

from bench.counting_questions import local, national
from bench.counting_stage import COMPANY, TODAY
from marketingconnect.targeting.desk import Question, remote

USERS: Final = 50
_THINKS: Final = (0.4, 1.2)
_READY_SECONDS: Final = 300.0
_RUN: Final = "from marketingconnect.cli import main; main(['counter'])"


def fifty_users(root: Path, database_url: str, seconds: float) -> tuple[float, float, int]:
    """Median and p99 in milliseconds as a person's page waits for them, and how many counts."""
    path = root / "counter.sock"
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "MARKETINGCONNECT_BASE": str(root),
        "MARKETINGCONNECT_COUNTER_SOCKET": str(path),
    }
    with subprocess.Popen([sys.executable, "-c", _RUN], env=environment) as process:
        try:
            _wait_until_ready(path, process)
            return _measured(str(path), seconds)
        finally:
            process.terminate()


def _wait_until_ready(path: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _READY_SECONDS
    asked = Question(criteria=next(local(1)), company_id=COMPANY, on=TODAY)
    while not path.is_socket() or remote.answer(str(path), asked) is None:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the counting process did not start")
        time.sleep(0.2)


def _measured(path: str, seconds: float) -> tuple[float, float, int]:
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(USERS) as pool:
        waits = pool.map(lambda number: _one_user(path, number, until), range(USERS))
        taken = np.array([wait for user in waits for wait in user]) * 1000
    return float(np.median(taken)), float(np.percentile(taken, 99)), len(taken)


def _one_user(path: str, number: int, until: float) -> list[float]:
    draw = Random(number)  # noqa: S311 - chance of a measure, no secret
    asked = (national if number % 3 == 0 else local)(number)
    pause: Callable[[], float] = lambda: draw.uniform(*_THINKS)  # noqa: E731
    waits = []
    time.sleep(pause())
    while time.monotonic() < until:
        question = Question(criteria=next(asked), company_id=COMPANY, on=TODAY)
        started = time.perf_counter()
        if remote.answer(path, question) is None:
            raise RuntimeError("the counting process is gone")
        waits.append(time.perf_counter() - started)
        time.sleep(pause())
    return waits
