"""Mails that come back: kept before they are answered for, told once, found by a signature."""

import asyncio
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from marketingconnect import clock, storage
from marketingconnect.sending import services, tasks
from marketingconnect.sending.bounces import Kind, Reading, classify
from marketingconnect.sending.models import Campaign, InboundMail, ReturnEvent
from marketingconnect.sending.queries import figures
from marketingconnect.sending.reception import PatientSMTP, Reception
from marketingconnect.sending.services import returns
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.services.returns import keep_mail, read_kept_mails, record_return
from marketingconnect.sending.states import CampaignState, MailState, Outcome, ReturnSource
from marketingconnect.suppression.models import Suppression
from marketingconnect.suppression.queries import suppressed
from tests.sending.bounces.corpus import SAMPLES, Sample, complaint, dsn
from tests.sending.factories import NOON, make_campaign
from tests.sending.returned import DOMAIN, LATER, path_of, receive, sent


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.mark.django_db
def test_a_bounce_changes_the_figure_once_and_the_address_is_written_to_no_more() -> None:
    campaign = sent()
    for _ in range(2):
        mail = receive(dsn(), path_of(campaign, 1).upper())

    event, shown = ReturnEvent.objects.get(), figures(campaign.pk)
    assert (mail.state, event.position, event.cause, event.hard) == (
        MailState.READ,
        1,
        "mailbox_unknown",
        True,
    )
    assert (shown.delivered, shown.undelivered_by_cause) == (1, {"mailbox_unknown": 1})
    assert Suppression.objects.get().reason == "hard_bounce"
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnEvent.objects.update(kind="other")


@pytest.mark.django_db
def test_a_mail_that_defeats_us_is_for_a_person_and_those_behind_it_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = sent()
    keep = partial(keep_mail, source=ReturnSource.SMTP, now=LATER)
    lost = keep(b"Subject: lost\n\n", recipient="r-abc@x.test")
    storage.delete(lost.path)
    keep(b"Subject: harm\n\n", recipient="r-abc@x.test")
    behind = keep(
        dsn(diagnostic="smtp; 550 user\0unknown").encode(), recipient=path_of(campaign, 1)
    )

    def careless(octets: bytes) -> Reading:
        if b"harm" in octets:
            raise ZeroDivisionError
        return classify(octets)

    monkeypatch.setattr(returns, "classify", careless)
    assert read_kept_mails(now=LATER) == 2

    assert list(InboundMail.objects.order_by("pk").values_list("state", flat=True)) == [
        MailState.KEPT,
        MailState.UNMATCHED,
        MailState.READ,
    ]
    assert ReturnEvent.objects.get().event_key == behind.sha256


@pytest.mark.django_db
def test_what_was_received_in_the_window_counts_though_nobody_read_it_before_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, broken, late = clock.now(), sent(), sent()
    ended = now - timedelta(hours=72, minutes=1)
    Campaign.objects.update(state=CampaignState.SENT_OUT, started_at=ended, finished_at=ended)
    received = now - timedelta(hours=2)
    for campaign, at in ((late, received), (broken, received)):
        told = dsn(diagnostic=f"smtp; 550 user unknown {campaign.pk}")
        keep_mail(told.encode(), recipient=path_of(campaign, 1), source=ReturnSource.SMTP, now=at)
    freeze = services.freeze_figures

    def careless(campaign_id: int, *, now: datetime) -> str:
        if campaign_id == broken.pk:
            raise ZeroDivisionError
        return freeze(campaign_id, now=now)

    monkeypatch.setattr(services, "freeze_figures", careless)
    tasks.sweep(0)

    late.refresh_from_db()
    assert late.state == CampaignState.FROZEN
    assert figures(late.pk).undelivered == 1


@pytest.mark.django_db
def test_a_mail_to_an_address_of_odd_octets_is_kept() -> None:
    odd = "r-\udce9\0@envois.test"

    assert keep_mail(b"x", recipient=odd, source=ReturnSource.IMAP, now=LATER).recipient == (
        "r-?@envois.test"
    )


@pytest.mark.django_db
def test_a_refusal_at_once_closes_an_address_only_when_it_says_that_it_is_dead() -> None:
    """A relay that refuses us, a full mailbox or a reputation says nothing of the address."""
    names = ("dead", "full", "relay", "listed", "later")
    campaign = make_campaign([f"{name}@exemple.test" for name in names])
    told = [
        ("mailbox_unknown", 550, "5.1.1 user unknown"),
        ("mailbox_full", 552, "5.2.2 full"),
        ("blocked", 554, "5.7.1 relay access denied"),
        ("blocked", 554, "5.7.1 blocked by reputation"),
        ("mailbox_unknown", 450, "4.1.1 user unknown for now"),
    ]
    results = [
        Result(place, Outcome.UNDELIVERED, *one, NOON) for place, one in enumerate(told, start=1)
    ]
    record_outcomes(campaign.pk, results, fresh=True)
    record_outcomes(campaign.pk, results, fresh=False)

    opposed = Suppression.objects.get()
    assert (opposed.scope, opposed.reason) == ("everyone", "hard_bounce")
    addresses = [f"{name}@exemple.test" for name in names]
    assert suppressed(channel="email", addresses=addresses, company_id=1) == {addresses[0]}


@pytest.mark.django_db
def test_a_full_mailbox_counts_and_closes_nothing() -> None:
    campaign = sent()
    full = next(one for one in SAMPLES if one.name == "mailbox full")

    receive(full.text, path_of(campaign, 2))

    assert figures(campaign.pk).undelivered_by_cause == {"mailbox_full": 1}
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_who_complains_is_left_alone_by_this_client_only() -> None:
    campaign = sent()

    receive(complaint("Feedback-Type: abuse"), path_of(campaign, 1))

    opposed = Suppression.objects.get()
    assert (opposed.scope, opposed.company_id) == ("client", campaign.company_id)
    assert figures(campaign.pk).delivered == 2


@pytest.mark.django_db
def test_who_complains_about_a_rented_address_leaves_the_base_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = sent()
    monkeypatch.setattr(Campaign, "to_base", True)

    receive(complaint("Feedback-Type: abuse"), path_of(campaign, 1))

    closed = Suppression.objects.order_by("scope").values_list("scope", "company_id", "reason")
    assert list(closed) == [
        ("client", campaign.company_id, "complaint"),
        ("operator", 0, "complaint"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.kind in {"auto_reply", "other"}])
def test_what_is_no_refusal_suppresses_nobody_and_changes_no_figure(sample: Sample) -> None:
    campaign = sent()

    receive(sample.text, path_of(campaign, 1))

    assert not Suppression.objects.exists()
    assert figures(campaign.pk).delivered == 2


@pytest.mark.django_db
def test_the_same_news_by_two_ways_is_one() -> None:
    campaign = sent()
    reading = Reading(Kind.BOUNCE, hard=True, cause="mailbox_unknown")
    told = {"source": ReturnSource.WEBHOOK, "key": "evt-1", "at": NOON, "now": LATER}

    first, again = (
        record_return(campaign.pk, 1, reading, **told)  # type: ignore[arg-type]
        for _ in range(2)
    )

    assert (first, again) == (True, False)


@contextmanager
def listening() -> Iterator[int]:
    """The reception at work on a port of its own."""
    loop, ready = asyncio.new_event_loop(), socket.create_server(("127.0.0.1", 0))
    reception = Reception(DOMAIN, ReturnSource.SMTP)

    async def serve() -> asyncio.Server:
        return await loop.create_server(
            lambda: PatientSMTP(reception, hostname="essai", loop=loop), sock=ready
        )

    server = loop.run_until_complete(serve())
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield ready.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.mark.django_db(transaction=True)
def test_it_answers_for_a_mail_once_it_is_kept_and_for_our_domain_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object, **values: object) -> None:
        raise OSError(28, "No space left on device")

    with listening() as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.ehlo("mx.exemple.test")
        line.mail("")
        refused, _ = line.rcpt("someone@autre.test")
        line.rcpt(f"r-abc@{DOMAIN}")
        kept, _ = line.data(dsn() + "x" * 5_000)
        with monkeypatch.context() as broken:
            broken.setattr(storage, "save", full)
            line.mail("")
            line.rcpt(f"r-abc@{DOMAIN}")
            later, _ = line.data(dsn(status="5.1.2"))

    assert (refused, kept, later) == (550, 250, 451)
    with storage.open(InboundMail.objects.get().path) as stream:
        assert b"user unknown" in stream.read()
