"""One-click unsubscription (RFC 8058), and the page for people."""

import pytest
from django.test import Client

from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import figures, unsubscribed_by
from marketingconnect.suppression.models import Suppression
from marketingconnect.suppression.queries import suppressed
from tests.sending.factories import make_campaign

pytestmark = pytest.mark.django_db
EMAILS = ["zoe@example.org", "max@example.org"]


def link(campaign: Campaign, position: int = 1) -> str:
    return f"/u/d/{current_tokens().link(campaign.pk, position)}"


def opposed(campaign: Campaign) -> set[str]:
    return suppressed(channel="email", addresses=EMAILS, company_id=campaign.company_id)


def test_one_click_unsubscribes_without_login_redirect_or_csrf_token() -> None:
    campaign = make_campaign(EMAILS)
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post(link(campaign), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert opposed(campaign) == {"zoe@example.org"}
    assert Suppression.objects.get().reason == "unsubscribe_one_click"


def test_one_click_works_with_both_encodings_and_twice() -> None:
    campaign = make_campaign(EMAILS)
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(
            link(campaign),
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 200
    assert Suppression.objects.count() == 1
    assert unsubscribed_by(campaign.pk) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=iso-8859-1", "List-Unsubscribe=One-Click"),
        ("application/x-www-form-urlencoded; charset=nonsense", "List-Unsubscribe=One-Click"),
        ("multipart/form-data", "List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=b", "nothing of the kind"),
        ("text/plain", "List-Unsubscribe=One-Click"),
        ("application/json", "{"),
        ("application/octet-stream", "\0\xff"),
        ("application/x-www-form-urlencoded", "a=1&" * 2_000),
        ("", ""),
    ],
    ids=[
        "latin-1",
        "no charset",
        "no boundary",
        "no part",
        "text",
        "json",
        "octets",
        "long",
        "nothing",
    ],
)
def test_a_post_unsubscribes_whatever_it_says_of_its_body(kind: str, body: str) -> None:
    campaign = make_campaign(EMAILS)

    answer = Client(enforce_csrf_checks=True).generic(
        "POST", link(campaign), body.encode("latin-1"), content_type=kind
    )

    assert answer.status_code == 200
    assert opposed(campaign) == {"zoe@example.org"}


def test_opening_the_link_changes_nothing_and_shows_a_button() -> None:
    campaign = make_campaign(EMAILS)
    answer = Client().get(link(campaign))
    shown = answer.content.decode()
    assert "Me désinscrire" in shown
    assert "z…@example.org" in shown
    assert "zoe@example.org" not in shown
    assert Client().head(link(campaign)).status_code == 200
    assert opposed(campaign) == set()
    assert unsubscribed_by(campaign.pk) == 0


def test_the_button_unsubscribes_and_says_so() -> None:
    campaign = make_campaign(EMAILS)
    answer = Client(enforce_csrf_checks=True).post(link(campaign), {"source": "page"})
    assert "Vous êtes désinscrit" in answer.content.decode()
    assert Suppression.objects.get().reason == "unsubscribe_page"


@pytest.mark.parametrize("token", ["x", "A" * 38, "é", ""])
def test_a_made_up_link_is_not_found(token: str) -> None:
    make_campaign(EMAILS)
    assert Client().get(f"/u/d/{token}").status_code == 404
    assert Client().post(f"/u/d/{token}", {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_a_signed_link_to_nobody_is_not_found() -> None:
    campaign = make_campaign(EMAILS)
    assert Client().get(link(campaign, position=3)).status_code == 404


def test_who_left_is_excluded_from_the_next_campaign_of_this_client_only() -> None:
    first = make_campaign(EMAILS)
    Client().post(link(first), {"List-Unsubscribe": "One-Click"})

    second = make_campaign(EMAILS, company=first.company)
    other = make_campaign(EMAILS)

    assert figures(second.pk).not_sent_by_reason == {"suppressed": 1}
    assert figures(other.pk).not_sent_by_reason == {}
