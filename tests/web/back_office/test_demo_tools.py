"""The inbox and the clock: in demo mode only, for staff only."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.kernel.working_days import is_working_day
from marketingconnect.sandbox.catcher.writer import Writer
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.states import CampaignState
from marketingconnect.web.back_office.demo_tools.links import Link, links_of, one_click_address
from tests.cast import Cast, logged_in
from tests.sending.factories import make_contact_file

pytestmark = pytest.mark.django_db
PATHS = ["courrier/", "courrier/1/", "courrier/1/html/", "courrier/1/pieces/0/", "horloge/"]
HTML = """<p>Bonjour <script>alert(1)</script><a href="https://u.example.org/x">Se désinscrire</a>
<a href="javascript:alert(1)">piège</a> <a href="https://u.example.org/x">encore</a></p>"""


@pytest.fixture(autouse=True)
def _demo(settings: Settings, tmp_path: Path) -> None:
    settings.MODE = "demo"
    settings.CATCHER_DIR = tmp_path / "catcher"


@contextmanager
def writer(settings: Settings) -> Iterator[Writer]:
    made = Writer(settings.CATCHER_DIR)
    yield made
    made.close()


@pytest.fixture
def caught(settings: Settings) -> None:
    """A message to Nadia with an attachment and the one-click header, then one to Zoé."""
    message = EmailMessage()
    message["Subject"] = "Votre été commence ici"
    message["To"] = "nadia@example.org"
    message["List-Unsubscribe"] = "<mailto:x@example.org>, <https://u.example.org/one>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content("Bonjour en texte")
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="f.pdf")
    with writer(settings) as made:
        made.keep("a@example.org", ["nadia@example.org"], message.as_bytes())
        made.keep("a@example.org", ["zoe@example.org"], b"Subject: Texte seul\r\n\r\nSalut\r\n")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("caught")
def test_nothing_of_this_exists_outside_demo_mode(
    cast: Cast, settings: Settings, path: str
) -> None:
    assert logged_in(cast.paul).get(f"/gestion/outils/{path}").status_code == 200

    for mode in ("production", "test"):
        settings.MODE = mode
        assert logged_in(cast.admin).get(f"/gestion/outils/{path}").status_code == 404
        assert Client().get(f"/gestion/outils/{path}").status_code == 404


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.usefixtures("caught")
def test_charlie_and_visitors_do_not_enter(cast: Cast, path: str) -> None:
    assert logged_in(cast.charlie).get(f"/gestion/outils/{path}").status_code == 403
    assert Client().get(f"/gestion/outils/{path}").status_code == 302


@pytest.mark.usefixtures("caught")
def test_the_inbox_lists_newest_first_and_finds_an_address(cast: Cast) -> None:
    paul = logged_in(cast.paul)

    everything = paul.get("/gestion/outils/courrier/")
    found = paul.get("/gestion/outils/courrier/", {"pour": "NADIA"})

    assert [entry.id for entry in everything.context["entries"]] == [2, 1]
    assert [entry.subject for entry in found.context["entries"]] == ["Votre été commence ici"]


def test_the_inbox_shows_what_was_refused_on_purpose(cast: Cast, settings: Settings) -> None:
    with writer(settings) as made:
        for name in ("plein", "mailbox-full"):
            made.refuse("a@example.org", f"{name}@example.org", "452 4.2.2 Mailbox full")
    paul = logged_in(cast.paul)

    everything = paul.get("/gestion/outils/courrier/")
    found = paul.get("/gestion/outils/courrier/", {"pour": "PLEIN"})

    assert [one.recipient for one in everything.context["refusals"]] == [
        "mailbox-full@example.org",
        "plein@example.org",
    ]
    assert [one.recipient for one in found.context["refusals"]] == ["plein@example.org"]
    assert "452 4.2.2 Mailbox full" in found.content.decode()


def test_an_empty_inbox_says_so(cast: Cast) -> None:
    page = logged_in(cast.paul).get("/gestion/outils/courrier/").content.decode()

    assert "Aucun e-mail" in page


@pytest.mark.usefixtures("caught")
def test_a_message_shows_text_links_headers_and_the_way_out(cast: Cast) -> None:
    page = logged_in(cast.paul).get("/gestion/outils/courrier/1/").content.decode()

    assert "Bonjour en texte" in page
    assert 'action="https://u.example.org/one"' in page
    assert 'value="One-Click"' in page
    assert "List-Unsubscribe-Post" in page
    assert "piège" not in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert logged_in(cast.paul).get("/gestion/outils/courrier/9/").status_code == 404


@pytest.mark.usefixtures("caught")
def test_the_html_of_a_message_is_sealed(cast: Cast) -> None:
    paul = logged_in(cast.paul)

    answer = paul.get("/gestion/outils/courrier/1/html/")

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert paul.get("/gestion/outils/courrier/2/html/").status_code == 404


@pytest.mark.usefixtures("caught")
def test_an_attachment_is_downloaded_never_shown(cast: Cast) -> None:
    paul = logged_in(cast.paul)

    answer = paul.get("/gestion/outils/courrier/1/pieces/0/")

    assert answer.content == b"%PDF"
    assert answer["Content-Disposition"] == 'attachment; filename="f.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert paul.get("/gestion/outils/courrier/1/pieces/1/").status_code == 404


def test_links_are_read_once_each_and_only_those_of_the_web() -> None:
    assert links_of(HTML, None) == [Link("Se désinscrire", "https://u.example.org/x")]
    assert links_of(None, "Voir http://a.test/b et fin") == [
        Link("http://a.test/b", "http://a.test/b")
    ]
    assert links_of(None, None) == []
    assert one_click_address("<https://a.test/u>", None) == ""
    assert one_click_address(None, "List-Unsubscribe=One-Click") == ""


def test_the_clock_moves_forward_only_and_every_page_says_so(cast: Cast) -> None:
    paul = logged_in(cast.paul)
    goals = paul.get("/gestion/outils/horloge/").context["goals"]
    morning: datetime = goals[1]["at"]
    assert (morning.hour, is_working_day(morning.date())) == (9, True)

    typed = morning.strftime("%Y-%m-%dT%H:%M:%S")
    assert paul.post("/gestion/outils/horloge/", {"to": typed}).status_code == 302

    assert timedelta(0) <= clock.now() - morning < timedelta(minutes=1)
    assert paul.post("/gestion/outils/horloge/", {"to": typed}).status_code == 400
    assert paul.post("/gestion/outils/horloge/", {"to": "demain"}).status_code == 400
    assert paul.post("/gestion/outils/horloge/", {"to": "2099-01-01T00:00"}).status_code == 400
    for path in ("/gestion/", "/compte/connexion/"):
        assert "l’horloge est avancée" in Client().get(path, follow=True).content.decode()


def test_the_clock_offers_the_next_scheduled_send(cast: Cast) -> None:
    hour = clock.now().replace(microsecond=0) + timedelta(days=3)
    for days in (5, 0):
        Campaign.objects.create(
            company=cast.bakery,
            name="Été",
            contact_file=make_contact_file(cast.bakery, []),
            state=CampaignState.SCHEDULED,
            sold_quantity=1,
            scheduled_for=hour + timedelta(days=days),
            created_at=clock.now(),
            subject="Été",
            sender_name="Nadia",
            html="",
            text="",
            content_sha256="0" * 64,
        )
    paul = logged_in(cast.paul)

    goal = paul.get("/gestion/outils/horloge/").context["goals"][2]
    local = goal["at"].astimezone(clock.PARIS)
    paul.post("/gestion/outils/horloge/", {"to": local.strftime("%Y-%m-%dT%H:%M:%S")})

    assert goal["name"] == "Prochain envoi programmé"
    assert timedelta(0) < clock.now() - hour < timedelta(minutes=2)
