"""Mails that name no message of ours: found by a signature they quote, else by a person."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.contacts.models import Contact
from marketingconnect.sending.bounces import Kind
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign, InboundMail, ReturnEvent
from marketingconnect.sending.queries import figures
from marketingconnect.sending.returned import mails_to_decide, opened, places_of
from marketingconnect.sending.services.attaching import attach_mail, dismiss_mail
from marketingconnect.sending.services.returns import keep_mail, read_mail
from marketingconnect.sending.states import ReturnSource
from marketingconnect.suppression.models import Suppression
from tests.sending.bounces.corpus import complaint, dsn, reply
from tests.sending.factories import NOON, make_campaign
from tests.sending.returned import DOMAIN, LATER, path_of, receive, sent

pytestmark = pytest.mark.django_db
LEA = Actor.system("léa")


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def quoting(header: str) -> str:
    """A refusal whose return path was lost, which joins the headers of our message."""
    return dsn(returned=f"Content-Type: text/rfc822-headers\n\nX-Campaign: 1\n{header}\n")


def test_a_mail_is_found_by_the_signed_token_it_quotes_whatever_number_stands_before_it() -> None:
    campaign = sent()
    token = current_tokens().link(campaign.pk, 2)
    visit = current_tokens().visit(campaign.pk, 2)
    forged = token[:-1] + ("A" if token[-1] != "A" else "Q")
    good = [
        f"Message-ID: <{campaign.pk}.{token}@{DOMAIN}>",
        f"Message-ID:\n <{campaign.pk + 9}.{token}@{DOMAIN}>",
        f"Message-ID: <0100-b7@ses.test>\nList-Unsubscribe: <https://envois.test/u/d/{token}>",
    ]
    bad = [
        f"Message-ID: <{campaign.pk}.{forged}@{DOMAIN}>",
        f"Message-ID: <{campaign.pk}.{'A' * 38}@{DOMAIN}>",
        f"Message-ID: <{campaign.pk}.{visit}@{DOMAIN}>",
        f"Message-ID: <{campaign.pk}@{DOMAIN}>\nList-Unsubscribe: <https://e.test/u/d/{forged}>",
    ]

    found, left = ([receive(quoting(one)).state for one in some] for some in (good, bad))
    person = receive(reply("Re: pain"))

    assert (found, left, person.state) == (["read"] * 3, ["unmatched"] * 4, "unmatched")
    assert {(e.campaign_id, e.position) for e in ReturnEvent.objects.all()} == {(campaign.pk, 2)}
    assert mails_to_decide()[0].pk == person.pk
    assert (person.sender, person.subject) == ("Claire Essai <claire@exemple.test>", "Re: pain")


def attached(mail: InboundMail, campaign: Campaign, position: int = 1, **more: object) -> bool:
    asked = {"kind": Kind(mail.kind), "actor": LEA, "now": LATER, **more}
    return attach_mail(mail.pk, campaign_id=campaign.pk, position=position, **asked)  # type: ignore[arg-type]


def test_a_person_attaches_a_mail_once_and_it_counts_as_if_it_named_us() -> None:
    campaign, mail = sent(), receive(quoting("X-Lost: yes"))

    assert [attached(mail, campaign), attached(mail, campaign)] == [True, False]
    with pytest.raises(SendingError, match="autre destinataire"):
        attached(mail, campaign, 2)

    event, entry = ReturnEvent.objects.get(), JournalEntry.objects.get(subject__startswith="inb")
    mail.refresh_from_db()
    assert (event.position, event.source, event.hard, mail.state) == (1, "hand", True, "attached")
    assert (event.received_at, figures(campaign.pk).delivered) == (LATER, 1)
    assert Suppression.objects.get().reason == "hard_bounce"
    assert (entry.action, entry.company_id) == ("inbound_mail.attached", campaign.company_id)


def test_a_mail_found_once_the_figures_bind_moves_them_no_more() -> None:
    campaign, mail = sent(), receive(quoting("X-Lost: yes"))
    unread = keep_mail(
        dsn().encode(), recipient=path_of(campaign, 2), source=ReturnSource.SMTP, now=LATER
    )
    ended, late = LATER + timedelta(minutes=1), NOON + timedelta(days=9)
    Campaign.objects.filter(pk=campaign.pk).update(
        finished_at=ended, figures_frozen_at=ended + timedelta(hours=72)
    )

    assert attached(mail, campaign, now=late)
    assert read_mail(unread.pk, now=late) == "read"
    assert figures(campaign.pk).delivered == 2
    assert {one.received_at for one in ReturnEvent.objects.all()} == {late}


def test_what_a_person_calls_a_bounce_closes_no_address_and_who_never_got_it_is_refused() -> None:
    campaign, mail, other = sent(), receive(reply("Re: pain")), receive(reply("Re: lait"))
    unsent = make_campaign(["claire@exemple.test"])

    with pytest.raises(SendingError, match="Aucun message"):
        attached(mail, unsent)
    assert attached(mail, campaign, kind=Kind.BOUNCE)
    assert attached(other, campaign, 2, kind=Kind.COMPLAINT)

    told = ReturnEvent.objects.order_by("position").values_list("kind", "hard", "cause")
    assert list(told) == [("bounce", None, "other"), ("complaint", None, "")]
    opposed = Suppression.objects.get()
    assert (opposed.scope, opposed.company_id) == ("client", campaign.company_id)


def test_a_mail_left_without_effect_is_kept_and_may_still_be_attached() -> None:
    campaign, mail = sent(), receive(complaint("Feedback-Type: abuse"))
    told = {"actor": LEA, "now": LATER}

    first, again = (dismiss_mail(mail.pk, reason="Essai", **told) for _ in range(2))  # type: ignore[arg-type]
    mail.refresh_from_db()
    assert (first, again, mail.state, mail.reason) == (True, False, "dismissed", "Essai")
    assert not mails_to_decide().exists()
    assert attached(mail, campaign)
    with pytest.raises(SendingError, match="n’attend plus"):
        dismiss_mail(mail.pk, reason="Essai", **told)  # type: ignore[arg-type]


def test_places_are_those_to_whom_a_message_left_before_the_mail() -> None:
    campaign = sent()
    make_campaign(["claire@exemple.test"])
    asked = {"email": "claire@exemple.test", "received_at": LATER}

    for typed in ("", str(campaign.pk), " bc-2026-000001 "):
        (place,) = places_of(campaign=typed, **asked)  # type: ignore[arg-type]
        assert (place.campaign.pk, place.position, place.outcome) == (campaign.pk, 1, "relayed")
    early = {**asked, "received_at": NOON - timedelta(seconds=1)}
    assert [places_of(campaign="", **early), places_of(campaign="²", **asked)] == [[], []]  # type: ignore[arg-type]
    Contact.objects.filter(file=campaign.contact_file).delete()
    erased = [len(places_of(campaign=one, **asked)) for one in ("", str(campaign.pk))]  # type: ignore[arg-type]
    assert erased == [0, 1]


@pytest.mark.parametrize("octets", [b"", b"\0\xff: \xfe", b"Subject: =?x?q?=\n" * 400])
def test_any_octets_open(octets: bytes) -> None:
    assert len(opened(octets).headers) <= 80
