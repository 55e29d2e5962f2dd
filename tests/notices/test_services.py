"""A mail is queued once, with the act that causes it, and leaves exactly once."""

import email
import email.policy
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices import delivery, queries
from marketingconnect.notices.errors import StaleNoticeError
from marketingconnect.notices.models import Notice
from marketingconnect.notices.services import queue_notice, requeue, settle_as_sent
from marketingconnect.notices.states import NoticeState
from tests.notices.relay import HANG_UP, relay

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
PAUL = Actor.staff(7, "Paul")


@pytest.fixture(autouse=True)
def _templates(settings: Settings, tmp_path: Path) -> None:
    engines = deepcopy(settings.TEMPLATES)
    engines[0]["DIRS"].append(Path(__file__).parent / "templates")
    settings.TEMPLATES = engines
    settings.FILES_ROOT = tmp_path


def make_notice(**changes: object) -> Notice:
    values: dict[str, object] = {
        "key": "order-paid:42",
        "template": "sample",
        "to_email": "nadia@boulangerie-nadia.example.org",
        "company_id": None,
        "context": {"name": "Nadia & Cie", "number": 42},
        "at": NOON,
    }
    return queue_notice(**{**values, **changes})  # type: ignore[arg-type]


def attempt(notice: Notice, settings: Settings, port: int, at: datetime = NOON) -> Notice:
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    delivery.deliver(notice.pk, now=lambda: at)
    notice.refresh_from_db()
    return notice


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="notices.deliver").count()


def test_the_same_key_twice_is_one_mail_and_one_job() -> None:
    first = make_notice()
    second = make_notice(context={"name": "Autre", "number": 1})

    assert first == second
    assert second.subject == "Nadia & Cie, votre commande n° 42"
    assert jobs() == 1


def test_a_mail_dies_with_the_transaction_that_caused_it() -> None:
    def act_that_fails() -> None:
        with transaction.atomic():
            make_notice()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_that_fails()

    assert not Notice.objects.exists()
    assert jobs() == 0


def test_a_mail_arrives_with_text_html_attachment_and_proper_headers(settings: Settings) -> None:
    kept = storage.save("invoices", "facture.pdf", [b"%PDF-1.7 \x00\xff"])
    notice = make_notice(
        attachments=[{"name": "Facture été.pdf", "path": kept.path, "type": "application/pdf"}],
        headers={"Reply-To": "comptabilite@atelier-postal.example.org"},
    )
    with relay() as server:
        attempt(notice, settings, server.port)

    message = email.message_from_bytes(server.kept[0], policy=email.policy.default)
    assert server.recipients == ["nadia@boulangerie-nadia.example.org"]
    assert message["Subject"] == "Nadia & Cie, votre commande n° 42"
    assert message["Message-ID"] == notice.message_id
    assert message["Reply-To"] == "comptabilite@atelier-postal.example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOON
    text, html, pdf = (part for part in message.walk() if not part.is_multipart())
    assert "Bonjour Nadia & Cie,\r\n.ligne qui commence" in text.get_content()
    assert "Nadia &amp; Cie" in html.get_content()
    assert (pdf.get_filename(), pdf.get_content()) == ("Facture été.pdf", b"%PDF-1.7 \x00\xff")
    assert max(len(line) for line in server.kept[0].split(b"\r\n")) < 998
    assert server.kept[0].isascii()
    assert notice.state == NoticeState.SENT
    assert notice.sent_at == NOON


def test_a_mail_sent_is_never_sent_again(settings: Settings) -> None:
    notice = make_notice()
    with relay() as server:
        attempt(notice, settings, server.port)
        attempt(notice, settings, server.port)

    assert len(server.kept) == 1
    assert JournalEntry.objects.filter(action="notice.sent").count() == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": "451 later"},
        {"MAIL": HANG_UP},
        {"RCPT": HANG_UP},
        {"DATA": HANG_UP},
        {"DATA": "421 shutting down"},
        {"END": "452 disk full"},
    ],
)
def test_before_the_text_has_left_nothing_is_doubtful(
    settings: Settings, answers: dict[str, str]
) -> None:
    notice = make_notice()
    with relay(**answers) as server:
        attempt(notice, settings, server.port)
        assert notice.state == NoticeState.QUEUED
        assert notice.not_before == NOON + timedelta(minutes=1)
        attempt(notice, settings, server.port, NOON + timedelta(seconds=59))
        assert server.connections == 1

    with relay() as server:
        attempt(notice, settings, server.port, NOON + timedelta(seconds=60))
        assert len(server.kept) == 1
    assert notice.state == NoticeState.SENT
    assert jobs() == 2


def test_a_relay_that_is_down_is_tried_again_then_given_up(settings: Settings) -> None:
    notice = make_notice()
    at = NOON
    for _ in range(len(delivery.RETRY_MINUTES) + 1):
        attempt(notice, settings, 1, at)
        at = notice.not_before or at

    assert notice.state == NoticeState.FAILED
    assert notice.attempts == len(delivery.RETRY_MINUTES) + 1
    assert "refused" in notice.reply
    assert queries.notices_to_settle_count() == (1, NOON)


@pytest.mark.parametrize("answers", [{"RCPT": "550 no such box"}, {"END": "554 refused"}])
def test_a_refusal_for_good_is_not_repeated(settings: Settings, answers: dict[str, str]) -> None:
    notice = make_notice()
    with relay(**answers) as server:
        attempt(notice, settings, server.port)
        attempt(notice, settings, server.port)

    assert notice.state == NoticeState.FAILED
    assert notice.reply == next(iter(answers.values()))
    assert server.connections == 1


def test_a_connection_lost_after_the_text_is_a_doubt_that_staff_lift(settings: Settings) -> None:
    notice = make_notice()
    with relay(END=HANG_UP) as server:
        attempt(notice, settings, server.port)
        attempt(notice, settings, server.port, NOON + timedelta(days=1))
        assert server.connections == 1
    assert notice.state == NoticeState.UNCERTAIN

    requeue(notice.pk, actor=PAUL, reason="Le client n’a rien reçu.", now=NOON)
    with relay() as server:
        attempt(notice, settings, server.port)
    assert notice.state == NoticeState.SENT
    entry = JournalEntry.objects.get(action="notice.requeued")
    assert entry.after is not None
    assert entry.after["reason"] == "Le client n’a rien reçu."


def test_staff_may_say_that_a_doubtful_mail_arrived(settings: Settings) -> None:
    notice = make_notice()
    with relay(END=HANG_UP) as server:
        attempt(notice, settings, server.port)

    settle_as_sent(notice.pk, actor=PAUL, reason="Le client l’a reçu.", now=NOON)

    notice.refresh_from_db()
    assert (notice.state, notice.sent_at) == (NoticeState.SENT, NOON)
    with pytest.raises(StaleNoticeError):
        requeue(notice.pk, actor=PAUL, reason="Encore", now=NOON)


def test_a_mail_on_its_way_cannot_be_queued_again() -> None:
    notice = make_notice()

    with pytest.raises(StaleNoticeError):
        requeue(notice.pk, actor=PAUL, reason="Encore", now=NOON)


def test_what_a_stopped_process_left_in_flight_becomes_uncertain() -> None:
    notice = make_notice()
    Notice.objects.update(state=NoticeState.IN_FLIGHT, in_flight_at=NOON, attempts=1)

    assert delivery.sweep(NOON + timedelta(minutes=9)) == 0
    assert delivery.sweep(NOON + timedelta(minutes=11)) == 1

    notice.refresh_from_db()
    assert notice.state == NoticeState.UNCERTAIN
    assert JournalEntry.objects.filter(action="notice.uncertain").count() == 1


def test_a_mail_whose_job_was_lost_gets_another() -> None:
    make_notice()
    delivery.sweep(NOON + timedelta(minutes=1))
    assert jobs() == 1
    delivery.sweep(NOON + timedelta(minutes=3))
    assert jobs() == 2


def test_a_mail_whose_attachment_is_gone_fails_with_the_reason(settings: Settings) -> None:
    notice = make_notice(
        attachments=[{"name": "a.pdf", "path": "invoices/gone.pdf", "type": "application/pdf"}]
    )
    with relay() as server:
        attempt(notice, settings, server.port)

    assert notice.state == NoticeState.FAILED
    assert "UnknownFileError" in notice.reply
    assert server.connections == 0


def test_a_forged_header_is_refused(settings: Settings) -> None:
    notice = make_notice(headers={"X-Client": "a\r\nBcc: espion@example.org"})
    with relay() as server:
        attempt(notice, settings, server.port)

    assert notice.state == NoticeState.FAILED
    assert server.connections == 0
