"""An administrator sees which domains ask for a proved encryption, and which servers fail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.sending.models import MailPolicy
from marketingconnect.sending.mta_sts.policy import Mode, Policy
from marketingconnect.sending.services.transport import (
    Connected,
    count_connections,
    keep_policy,
    keep_trouble,
)
from marketingconnect.web.back_office.encryption import pages
from tests.cast import Cast, logged_in

PAGE = reverse("back_office:encryption")
pytestmark = pytest.mark.django_db


@pytest.fixture
def odile(cast: Cast) -> Client:
    return logged_in(cast.admin)


def keep(domain: str, mode: Mode = Mode.ENFORCE, max_age: int = 86_400) -> None:
    keep_policy(domain, Policy(mode, max_age, (f"mx.{domain}",)), policy_id="1", now=clock.now())


def text(client: Client, query: str = "") -> str:
    return client.get(PAGE + query).content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_without_any_policy_the_page_says_when_one_appears(odile: Client) -> None:
    page = text(odile)
    assert "Aucun domaine pour l’instant" in page
    assert "à surveiller" not in page
    assert "partent par un relais" in page


def test_what_a_domain_asks_and_what_its_servers_do_stand_side_by_side(odile: Client) -> None:
    keep("proved.test")
    keep("tried.test", Mode.TESTING)
    keep("old.test", max_age=0)
    keep_trouble("new.test", "Le nom mta-sts.new.test n’a pas d’adresse.", policy_id="1",
                 now=clock.now())  # fmt: skip
    MailPolicy.objects.filter(domain="old.test").update(
        fetched_at=clock.now() - timedelta(seconds=60)
    )
    today = clock.today()
    proved = Connected("proved.test", "mx.proved.test", "enforce", "proved")
    failed = Connected("tried.test", "mx.tried.test", "testing", "certificate-expired")
    long_ago = Connected("proved.test", "mx.proved.test", "enforce", "mx-mismatch")
    count_connections({proved: 1200, failed: 2}, today=today)
    count_connections({failed: 1}, today=today)
    count_connections({long_ago: 7}, today=today - timedelta(days=pages.DAYS))

    every, troubled = text(odile), text(odile, "?surveiller")

    assert "1 200" in every
    assert "Le serveur mx.tried.test présente un certificat hors de ses dates." in every
    assert every.count("hors de ses dates") == 1
    assert ">3<" in every
    assert "n’a pas d’adresse" in every
    for label in ("Exigé", "À l’essai", "Expirée", "Illisible"):
        assert label in every
    assert "7</td>" not in every
    assert "tried.test" in troubled
    assert "new.test" in troubled
    assert "proved.test" not in troubled
    assert "old.test" not in troubled


def test_many_domains_are_read_a_page_at_a_time(
    odile: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    for name in ("a", "b", "c"):
        keep(f"{name}.test")

    first, second = text(odile), text(odile, "?apres=b.test")

    assert "b.test" in first
    assert "c.test" not in first
    assert "apres=b.test" in first
    assert "c.test" in second
    assert "a.test" not in second


def test_a_setting_that_keeps_to_none_is_told(odile: Client, settings: object) -> None:
    settings.SENDER_WAY, settings.MTA_STS = "direct", "none"  # type: ignore[attr-defined]
    assert "ne sont plus lues" in text(odile)
    settings.MTA_STS = "https"  # type: ignore[attr-defined]
    assert "ne sont plus lues" not in text(odile)
