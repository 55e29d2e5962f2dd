"""Answers of people: read by somebody, handed on or heard; nothing is done by their words alone."""

from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.models import Notice
from marketingconnect.sending.bounces import Kind
from marketingconnect.sending.bounces.mail import read
from marketingconnect.sending.bounces.replies import asks_to_leave, is_of_a_person, own_words
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.models import Campaign, InboundMail, ReturnEvent
from marketingconnect.sending.returned import answers_to_read
from marketingconnect.sending.services.answering import forward_answer, oppose_answer
from marketingconnect.sending.services.attaching import attach_mail, dismiss_mail
from marketingconnect.sending.services.erasing import erase_addresses, erase_mails
from marketingconnect.sending.states import MailState
from marketingconnect.suppression.models import Suppression
from tests.sending.factories import NOON
from tests.sending.returned import LATER, path_of, receive, sent

PAUL = Actor.system("Paul")
QUOTED = "Le 24/11/2026, Boulangerie Nadia a écrit :\n> Pour se désinscrire : https://…"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def written(words: str, *, subject: str = "Re: Les brioches", headers: str = "") -> str:
    return (
        f"From: Claire Essai <claire.perso@ailleurs.test>\nSubject: {subject}\n{headers}"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n\n{QUOTED}\n"
    )


def answered(campaign: Campaign, words: str) -> InboundMail:
    return receive(written(words), path_of(campaign, 1))


@pytest.mark.parametrize(
    ("words", "subject", "cited"),
    [
        ("Bonjour, ouvrez-vous le lundi ?", "Re: Les brioches", ""),
        ("STOP", "Re: Les brioches", "STOP"),
        ("Bonjour", "Désinscription", "Désinscription"),
        ("Bonjour", "Re: Désinscription facile, brioches", ""),
        ("Je ne veux plus recevoir vos e-mails.", "Re: x", "ne veux plus recevoir"),
        ("Merci de me désabonner !", "Re: x", "désabonner"),
        ("Retirez mon adresse de vos listes", "Re: x", "Retirez mon"),
        ("Ne m’écrivez plus", "Re: x", "Ne m’écrivez plus"),
        ("Un service non-stop, bravo", "Re: x", ""),
        ("Je m'oppose à tout envoi", "Re: x", "Je m'oppose"),
        ("Please unsubscribe me", "Re: x", "unsubscribe"),
    ],
)
def test_words_that_oppose_are_cited_and_those_we_wrote_are_not(
    words: str, subject: str, cited: str
) -> None:
    mail = read(written(words, subject=subject).encode())
    assert asks_to_leave(mail) == cited
    assert own_words(mail) == words


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-generated\n",
        "Precedence: bulk\n",
        "List-Id: <amis.exemple.test>\n",
        "Return-Path: <>\n",
        "X-Autoreply: yes\n",
    ],
)
def test_a_program_a_list_and_a_server_are_nobody(headers: str) -> None:
    assert is_of_a_person(read(written("Bonjour").encode()))
    assert not is_of_a_person(read(written("Bonjour", headers=headers).encode()))
    by_server = written("Bonjour").replace("claire.perso@", "MAILER-DAEMON@")
    assert not is_of_a_person(read(by_server.encode()))


@pytest.mark.django_db
def test_an_answer_waits_for_a_person_and_changes_nothing_by_itself() -> None:
    campaign = sent()
    mail = answered(campaign, "STOP")

    assert (mail.state, mail.kind, mail.asks_to_leave) == (MailState.ANSWERED, "reply", "STOP")
    assert ReturnEvent.objects.get().kind == "other"
    assert list(answers_to_read()) == [mail]
    assert not Suppression.objects.exists()
    assert not Notice.objects.filter(template="reply_forwarded").exists()


@pytest.mark.django_db
def test_it_is_handed_on_once_to_the_address_of_the_message_and_answered_to_its_author() -> None:
    campaign = sent()
    mail = answered(campaign, "Ouvrez-vous <b>lundi</b> ?")

    assert forward_answer(mail.pk, actor=PAUL, now=LATER)
    assert not forward_answer(mail.pk, actor=PAUL, now=LATER)

    notice = Notice.objects.get(template="reply_forwarded")
    assert notice.to_email == "nadia@boulangerie.test"
    assert notice.headers == {"Reply-To": "claire.perso@ailleurs.test"}
    assert ("Ouvrez-vous <b>lundi</b> ?" in notice.text, "<b>lundi" in notice.html) == (True, False)
    assert "désinscrire" not in notice.text
    entry = JournalEntry.objects.get(action="inbound_mail.forwarded")
    assert (entry.after or {})["to"] == "nadia@boulangerie.test"
    erase_addresses(campaign.pk, now=LATER)
    assert erase_mails(now=LATER) == 1
    notice.refresh_from_db()
    assert "lundi" not in notice.text + notice.html + notice.subject + str(notice.headers)
    assert "effacé depuis le mardi 24 novembre 2026" in notice.text


@pytest.mark.django_db
def test_an_opposition_closes_the_lists_of_the_recipient_and_cites_the_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = sent()
    mail = answered(campaign, "Je ne veux plus recevoir vos e-mails.")
    monkeypatch.setattr(Campaign, "to_base", True)

    assert oppose_answer(mail.pk, actor=PAUL, now=LATER)
    assert not oppose_answer(mail.pk, actor=PAUL, now=LATER)
    assert forward_answer(mail.pk, actor=PAUL, now=LATER)

    closed = Suppression.objects.order_by("scope").values_list("scope", "reason")
    assert list(closed) == [("client", "reply"), ("operator", "reply")]
    entry = JournalEntry.objects.get(action="inbound_mail.opposed")
    assert (entry.after or {})["cited"] == "ne veux plus recevoir"
    assert (entry.after or {})["lists"] == ["client", "operator"]


@pytest.mark.django_db
def test_a_mail_attached_by_hand_becomes_an_answer_and_one_put_away_may_still_be_heard() -> None:
    campaign = sent()
    mail = receive(written("Ne m’écrivez plus"))
    assert mail.state == MailState.UNMATCHED
    with pytest.raises(SendingError):
        oppose_answer(mail.pk, actor=PAUL, now=LATER)

    told = {"campaign_id": campaign.pk, "position": 2, "kind": Kind.OTHER}
    assert attach_mail(mail.pk, **told, actor=PAUL, now=LATER)  # type: ignore[arg-type]
    mail.refresh_from_db()
    assert (mail.state, mail.asks_to_leave) == (MailState.ANSWERED, "Ne m’écrivez plus")
    assert dismiss_mail(mail.pk, reason="Vu.", actor=PAUL, now=LATER)
    assert oppose_answer(mail.pk, actor=PAUL, now=LATER)
    assert Suppression.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_goes_nowhere_when_it_would_come_back_to_us(settings: Settings) -> None:
    campaign = sent()
    Campaign.objects.filter(pk=campaign.pk).update(reply_to=f"r@{settings.SENDING_DOMAIN}")
    mail = answered(campaign, "Bonjour")
    with pytest.raises(SendingError, match="aucune adresse"):
        forward_answer(mail.pk, actor=PAUL, now=NOON)
