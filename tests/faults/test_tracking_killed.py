"""The tracking service killed while people click: each click that was answered is in the database.

Half of the kills come while the database is away from the service, so that its spool is what the
next process finds.
"""

import os
import random
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from marketingconnect.demo.supervisor.child import command_line
from marketingconnect.demo.supervisor.layout import answers
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.statistics.models import Visit
from tests.databases import database_url
from tests.web.tracking.clicking import BROWSER, tracked_campaign
from tests.web.tracking.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 3
CLICKERS = 6


class Clickers:
    """People who click one link after the other, and remember what was answered."""

    def __init__(self, port: int, campaign_id: int, first: int) -> None:
        self.answered: set[int] = set()
        self._over = threading.Event()
        self._places = iter(range(first, first + 1_000_000))
        self._guard = threading.Lock()
        self._port, self._campaign_id = port, campaign_id
        self._threads = [threading.Thread(target=self._click) for _ in range(CLICKERS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _click(self) -> None:
        tokens = current_tokens()
        caller = HTTPConnection("127.0.0.1", self._port, timeout=20)
        while not self._over.is_set():
            with self._guard:
                place = next(self._places)
            path = f"/c/{tokens.visit(self._campaign_id, place)}/1"
            try:
                caller.request("GET", path, headers={"User-Agent": BROWSER})
                answer = caller.getresponse()
                answer.read()
            except (OSError, HTTPException):
                break
            if answer.status == 302:
                self.answered.add(place)
        caller.close()


@contextmanager
def service(settings: Settings, folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = int(held.getsockname()[1])
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "MARKETINGCONNECT_VAR": str(folder),
        "MARKETINGCONNECT_SECRET_KEY": settings.SECRET_KEY,
        "MARKETINGCONNECT_SUPPRESSION_KEYS": "1:essai",
    }
    process = subprocess.Popen(
        command_line("tracking", "--port", str(port)), env=environment, start_new_session=True
    )
    try:
        wait_until(lambda: answers(port))
        yield port, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def cut_the_database() -> None:
    """End the service's own connections, and let none of them write for a while."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE statistics_visit RENAME TO statistics_visit_away")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'marketingconnect tracking'"
        )


def mend_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE statistics_visit_away RENAME TO statistics_visit")


def answered_before_a_kill(
    settings: Settings, folder: Path, campaign_id: int, first: int, *, away: bool
) -> set[int]:
    with service(settings, folder) as (port, process):
        clickers = Clickers(port, campaign_id, first)
        wait_until(lambda: len(clickers.answered) > random.Random(first).randint(20, 120))
        if away:
            cut_the_database()
            before = len(clickers.answered)
            wait_until(lambda: len(clickers.answered) > before + 20)
        os.killpg(process.pid, signal.SIGKILL)
        clickers.stop()
        if away:
            mend_the_database()
    return clickers.answered


def test_every_click_answered_before_a_kill_is_in_the_database(
    settings: Settings, tmp_path: Path
) -> None:
    campaign, answered = tracked_campaign(), set[int]()
    for kill in range(KILLS):
        first = 1 + kill * 1_000_000
        answered |= answered_before_a_kill(
            settings, tmp_path, campaign.pk, first, away=kill % 2 == 0
        )
    spool = tmp_path / "tracking"
    assert sum(path.stat().st_size for path in spool.glob("*.spool")) > 0
    with service(settings, tmp_path):
        wait_until(lambda: sum(path.stat().st_size for path in spool.glob("*.spool")) == 0)
    kept = list(Visit.objects.values_list("position", flat=True))
    assert answered - set(kept) == set()
    assert len(kept) == len(set(kept))
