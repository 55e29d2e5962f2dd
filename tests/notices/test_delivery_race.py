"""What one database transaction cannot show: two workers, one mail; the row before the network."""

import socket
import threading
from collections.abc import Iterator

import pytest
from django.db import connection as database
from pytest_django import Settings

from marketingconnect.notices import delivery
from marketingconnect.notices.models import Notice
from marketingconnect.notices.states import NoticeState
from tests.notices.relay import Relay, relay
from tests.notices.test_services import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_job_left() -> Iterator[None]:
    yield
    with database.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def make_queued_notice() -> Notice:
    return Notice.objects.create(
        key="race:1",
        template="sample",
        to_email="nadia@example.org",
        subject="Une seule fois",
        text="Bonjour",
        html="<p>Bonjour</p>",
        message_id="<1@example.org>",
        queued_at=NOON,
    )


def deliver_and_disconnect(notice_id: int) -> None:
    try:
        delivery.deliver(notice_id, now=lambda: NOON)
    finally:
        database.close()


def test_two_workers_with_the_same_job_send_one_mail(settings: Settings) -> None:
    notice = make_queued_notice()
    with relay() as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        workers = [
            threading.Thread(target=deliver_and_disconnect, args=(notice.pk,)) for _ in range(6)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)

    notice.refresh_from_db()
    assert (len(server.kept), notice.state, notice.attempts) == (1, NoticeState.SENT, 1)


def test_the_row_is_in_flight_for_everybody_before_the_first_byte(settings: Settings) -> None:
    notice = make_queued_notice()
    seen: list[str] = []

    class Curious(Relay):
        """Looks at the row, over a connection of its own, as soon as somebody calls."""

        def converse(self, connection: socket.socket) -> None:
            seen.append(Notice.objects.values_list("state", flat=True).get(pk=notice.pk))
            database.close()

    with relay(Curious) as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.port}"
        delivery.deliver(notice.pk, now=lambda: NOON)

    assert seen == [NoticeState.IN_FLIGHT]
    notice.refresh_from_db()
    assert notice.state == NoticeState.QUEUED
