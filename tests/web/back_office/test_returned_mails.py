"""Staff read the e-mails that name no message of ours, attach them or leave them without effect."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.models import InboundMail, ReturnEvent
from marketingconnect.sending.services.erasing import erase_addresses, erase_mails
from marketingconnect.suppression.models import Suppression
from tests.cast import Cast, logged_in
from tests.sending.bounces.corpus import complaint, dsn, reply
from tests.sending.returned import LATER, receive, sent

LIST = "/gestion/e-mails-revenus/"
LOST = "Content-Type: text/rfc822-headers\n\nX-Campaign: 4321\nSubject: Pain\n"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def paul(cast: Cast) -> Client:
    return logged_in(cast.paul)


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.getvalue().decode() if answer.streaming else answer.content.decode()


def test_they_are_listed_by_kind_and_counted_where_staff_look(paul: Client) -> None:
    assert "Rien à examiner" in page(paul, LIST)
    receive(dsn(returned=LOST))
    receive(complaint("Feedback-Type: abuse", returned="Subject: Pain\n\nBonjour\n"))
    receive(reply("=2+3 pain"))

    everything, bounces = page(paul, LIST), page(paul, LIST + "?sorte=rebonds")
    assert all(one in everything for one in ("Undelivered Mail", "FW: Le pain", "=2+3 pain"))
    assert ("Undelivered Mail" in bounces, "=2+3 pain" in bounces) == (True, False)
    assert "Aucun e-mail de cette sorte" in page(paul, LIST + "?sorte=reponses")
    assert "E-mails revenus à examiner" in page(paul, "/gestion/")
    first = InboundMail.objects.order_by("pk")[0]
    assert "=2+3 pain" not in page(paul, f"{LIST}?apres={first.pk + 1}")
    table = page(paul, LIST + "export.csv?sorte=autres").splitlines()
    assert (len(table), "'=2+3 pain" in table[1]) == (2, True)
    assert table[1].startswith("24/11/2026 13:00;Autre;À examiner;")


def test_a_mail_is_shown_as_plain_words_and_attached_to_the_recipient_found(
    paul: Client, cast: Cast
) -> None:
    campaign, body = sent(cast.bakery), "<img src=http://mal.test/a.png><script>x()</script>"
    mail = receive(dsn(returned=LOST).replace("This is the mail system", body))
    address = f"{LIST}{mail.pk}/"

    shown = page(paul, address)
    assert "mal.test/a.png" in shown
    assert ("<img src=http" in shown, "<script>x" in shown) == (False, False)
    assert ("sans signature" in shown, 'name="position" value="1"' in shown) == (True, True)
    asked = f"{address}?adresse=max@exemple.test&commande=&sorte=bounce"
    assert "Aucun message trouvé" in page(paul, asked)
    assert "ne se lit pas" in page(paul, address + "?adresse=claire&sorte=bounce")

    told = {"campaign_id": campaign.pk, "position": 1, "kind": "bounce"}
    for _ in range(2):
        assert paul.post(address + "rattacher", told).status_code == 302
    assert ReturnEvent.objects.get().source == "hand"
    assert paul.post(address + "rattacher", {**told, "position": 2}).status_code == 409
    assert paul.post(address + "rattacher", {**told, "campaign_id": 10**9}).status_code == 409
    entry = JournalEntry.objects.get(action="inbound_mail.attached")
    assert "Paul" in entry.actor_label
    assert "Rattacher à un envoi" not in page(paul, address)
    assert "Undelivered Mail" in page(paul, LIST + "?etat=rattaches")


def test_a_mail_is_left_without_effect_for_a_reason_that_is_kept(paul: Client, cast: Cast) -> None:
    mail = receive(reply("Re: pain"))
    address = f"{LIST}{mail.pk}/"

    assert paul.post(address + "sans-suite", {"reason": ""}).status_code == 400
    told = {"reason": "reply", "comment": "vu avec Nadia"}
    assert paul.post(address + "sans-suite", told).status_code == 302

    assert "Rien à examiner" in page(paul, LIST)
    assert "vu avec Nadia" in page(paul, LIST + "?etat=sans-suite")
    assert JournalEntry.objects.filter(action="inbound_mail.dismissed").count() == 1
    assert "Rattacher à un envoi" in page(paul, address)


def test_only_moderation_and_the_dpo_read_them_and_none_that_named_its_message(
    cast: Cast, paul: Client
) -> None:
    mail = receive(reply("Re: pain"))
    for person, status in ((cast.marc, 403), (cast.ines, 403), (cast.alice, 403)):
        assert logged_in(person).get(f"{LIST}{mail.pk}/").status_code == status
    InboundMail.objects.update(state="read")
    assert paul.get(f"{LIST}{mail.pk}/").status_code == 404


def test_the_answer_of_a_person_is_read_handed_on_and_heard(paul: Client, cast: Cast) -> None:
    campaign = sent(cast.bakery)
    mail = receive(reply("Re: Le pain").replace("Je reviens", "STOP ! Je reviens"))
    address = f"{LIST}{mail.pk}/"
    attached = {"campaign_id": campaign.pk, "position": 1, "kind": "other"}
    assert paul.post(address + "rattacher", attached).status_code == 302

    assert "Réponses de destinataires à lire" in page(paul, "/gestion/")
    listed = page(paul, LIST + "?sorte=destinataires")
    assert ("Demande d’opposition" in listed, "Réponse d’un destinataire" in listed) == (True, True)
    shown = page(paul, address)
    assert all(one in shown for one in ("Elle écrit", "Transmettre au client"))
    for act, done in (("transmettre", "Transmis au client"), ("opposition", "Opposition enreg")):
        for _ in range(2):
            assert paul.post(address + act).status_code == 302
        assert done in page(paul, address)
    assert Suppression.objects.get().reason == "reply"
    assert mail.subject in page(paul, LIST + "?etat=traitees")
    erase_addresses(campaign.pk, now=LATER)
    erase_mails(now=LATER)
    gone = page(paul, address)
    assert ("Contenu effacé" in gone, "Le pain" in gone, "En-têtes" in gone) == (True, False, False)
    assert paul.post(f"{LIST}{10**9}/transmettre").status_code == 404


def test_headers_are_shown_in_their_letters_whatever_they_are_written_in(paul: Client) -> None:
    """Encoded as of old (RFC 2047), or in the octets themselves (RFC 6532)."""
    plain = reply("=?utf-8?Q?=C3=A9t=C3=A9?=").replace("Claire", "Zoë")
    mail = receive(plain)

    shown = page(paul, f"{LIST}{mail.pk}/")

    table = shown[shown.index("En-têtes") :]
    assert ("Zoë" in table, "été" in table, "\ufffd" in shown) == (True, True, False)
