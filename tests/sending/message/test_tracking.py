"""Tracked links: which, to where, and never to an address that the campaign does not have."""

import re
from urllib.parse import urlsplit

import idna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.sending.message.compiled import CompiledMessage
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.tokens import InvalidTokenError, RecipientTokens
from marketingconnect.sending.message.tracking import (
    VISIT_TOKEN,
    Link,
    Tracking,
    links_of,
    location,
    tracked,
)
from tests.sending.message.test_compiled import SENDING, TOKENS, parsed

BASE = "https://clics.example.org"
HTML = (
    '<body><a class=b href="https://boutique.example.org/?utm_source=mc&amp;utm_medium=email">'
    'La <b>boutique</b></a><a href=\'https://pain.test/café\'><img src="x" alt="Le pain"></a>'
    '<a href="mailto:nadia@boulangerie.test">Écrire</a><a href="tel:+33199000000">Appeler</a>'
    '<a href="https://x.test/{{postal_code}}">Près de chez vous</a>'
    '<a href="{{lien_desinscription}}">Se désinscrire</a></body>'
)
TEXT = "La boutique (https://boutique.example.org/?utm_source=mc&utm_medium=email).\n{{lien_desinscription}}"


def content(html: str = HTML, text: str = TEXT) -> CampaignContent:
    return CampaignContent("Fête", "", "Nadia", "", html, text, {})


def numbers(of: CampaignContent) -> dict[str, int]:
    return {link.written: number for number, link in enumerate(links_of(of), start=1)}


def test_plain_addresses_of_the_web_are_tracked_each_once_with_their_words() -> None:
    shop = "https://boutique.example.org/?utm_source=mc&utm_medium=email"
    assert links_of(content()) == [
        Link(shop, shop, "La boutique"),
        Link("https://pain.test/caf%C3%A9", "https://pain.test/café", "Le pain"),
    ]


def test_a_message_leads_through_the_redirect_and_leaves_the_rest_alone() -> None:
    through = tracked(content(), Tracking(numbers(content()), BASE, "/o/x.gif"))
    compiled = CompiledMessage(through, SENDING, TOKENS)
    message = parsed(compiled.render(7, "zoe@example.org", {"postal_code": "29200"}))
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    token = TOKENS.visit(42, 7)
    found = re.findall(r'(?:href|src)=["\']?([^"\']+)', html.get_content())
    assert found == [
        f"{BASE}/c/{token}/1",
        f"{BASE}/c/{token}/2",
        "x",
        "mailto:nadia@boulangerie.test",
        "tel:+33199000000",
        "https://x.test/29200",
        f"{SENDING.base_url}/u/d/{TOKENS.link(42, 7)}",
        f"{BASE}/c/{token}/0",
        f"{BASE}/o/x.gif",
    ]
    assert f"La boutique ({BASE}/c/{token}/1)." in text.get_content()


def test_without_a_table_nothing_changes() -> None:
    assert tracked(content(), Tracking({}, BASE)) == content()


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "//evil.test/x",
        "data:text/html,x",
        "https://",
        "https://shop.test@evil.test/",
        "https://a.test/\r\nSet-Cookie: x",
        "http://[::1",
        "https://a.test/" + "x" * 2_000,
        "ftp://a.test/",
        "https://{{city}}.test/",
    ],
)
def test_what_is_no_plain_address_of_the_web_is_not_tracked(written: str) -> None:
    assert location(written) == ""


@given(st.text(max_size=60).map(lambda rest: f"https://a.test/{rest}") | st.text(max_size=60))
@settings(max_examples=200)
def test_a_location_is_one_line_of_ascii_on_the_host_that_was_written(written: str) -> None:
    url = location(written)
    if url:
        assert re.fullmatch(r"https?://[!-~]+", url)
        host = urlsplit(written).hostname or ""
        kept = host if host.isascii() else idna.encode(host, uts46=True).decode()
        assert urlsplit(url).hostname == kept
        assert location(url) == url


def test_a_host_with_a_sharp_s_is_not_led_to_somebody_else() -> None:
    assert location("https://straße.test/x") == "https://xn--strae-oqa.test/x"


@given(st.integers(0, 2**63), st.integers(0, 2**31), st.data())
@settings(max_examples=50)
def test_a_visit_token_says_who_and_nothing_else_opens_it(
    campaign: int, position: int, data: st.DataObject
) -> None:
    token = TOKENS.visit(campaign, position)
    assert len(token) == 38
    assert TOKENS.read_visit(token) == (campaign, position)
    place = data.draw(st.integers(0, 36))
    other = "A" if token[place] != "A" else "B"
    forged = [
        token[:place] + other + token[place + 1 :],
        token[:place],
        TOKENS.link(campaign, position),
        RecipientTokens("another secret").visit(campaign, position),
    ]
    for one in forged:
        with pytest.raises(InvalidTokenError):
            TOKENS.read_visit(one)
    with pytest.raises(InvalidTokenError):
        TOKENS.read_link(token)


def test_a_client_s_own_field_cannot_stand_for_the_token() -> None:
    html = f"<p>{{{{{VISIT_TOKEN}}}}}</p>"
    compiled = CompiledMessage(content(html, "x"), SENDING, TOKENS)
    body = compiled.render(7, "zoe@example.org", {VISIT_TOKEN: "usurpé"}).body.decode()
    assert "usurp" not in body
