"""What every kind of page tells a browser, and what the cookies of a session are."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, logged_in
from tests.web.scene import Scene, addresses

pytestmark = pytest.mark.django_db
# Documents written by clients, shown alone in a sealed frame: styles inside, no script ever.
SEALED = {
    "client_area:message_preview",
    "client_area:campaign_clicks_message",
    "back_office:moderation_preview",
    "back_office:inbox_html",
}
# A PDF, or a file as a client gave it, framed too: a sealed frame would not show it, so it runs no
# script.
FRAMED_FILES = {"back_office:moderation_sample_file", "client_area:signing_document"}
# Pages whose forms lead to the bank: a browser checks where a form's answer redirects.
TO_THE_BANK = {
    f"client_area:{name}" for name in ("signing", "signing_state", "order", "order_state")
}


def policy(text: str) -> dict[str, list[str]]:
    rules = (rule.split() for rule in text.split(";") if rule.strip())
    return {name: values for name, *values in rules}


def test_every_page_says_what_a_browser_may_do(scene: Scene, settings: LazySettings) -> None:
    settings.CARD_GATEWAY = "sandbox"
    alice, admin = logged_in(scene.cast.alice), logged_in(scene.cast.admin)
    people = {"client_area": alice, "back_office": admin}
    for address in addresses("shop", "accounts", "client_area", "back_office", "tracking"):
        answer = people.get(address.audience, Client()).get(scene.url(address))
        answer.getvalue()
        rules, name = policy(answer.headers["Content-Security-Policy"]), address.name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, name
        framed = name in SEALED | FRAMED_FILES and answer.status_code == 200
        assert answer.headers["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY"), name
        assert rules.get("frame-ancestors", rules.get("default-src")) == (
            ["'self'"] if framed else ["'none'"]
        ), name
        scripts = rules.get("script-src") or rules["default-src"]
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & set(scripts), name
        if framed:
            assert "sandbox" in rules or name in FRAMED_FILES, name
            assert scripts == ["'none'"], name
        elif answer.status_code == 200:
            assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"], name
            bank = [settings.BANK_URL] if name in TO_THE_BANK else []
            assert rules.get("form-action", ["'self'"])[1:] == bank, name


def test_no_page_holds_what_the_policy_forbids(scene: Scene) -> None:
    """Inline scripts, styles and handlers: a browser would ignore them without a word."""
    alice, admin = logged_in(scene.cast.alice), logged_in(scene.cast.admin)
    people = {"client_area": alice, "back_office": admin}
    forbidden = re.compile(r"<[a-z][^>]*\s(?:style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)")
    for address in addresses("shop", "accounts", "client_area", "back_office", "tracking"):
        answer = people.get(address.audience, Client()).get(scene.url(address))
        content = answer.getvalue()
        if address.name not in SEALED and "html" in answer.headers["Content-Type"]:
            found = forbidden.search(content.decode())
            assert found is None, (address.name, found)


def test_a_session_begins_with_a_key_of_its_own(scene: Scene) -> None:
    """Whoever planted a session before the log-in does not hold the one after it."""
    alice, browser = scene.cast.alice, Client()
    alice.set_password(PASSWORD)
    alice.save()
    browser.post(reverse("accounts:forgotten"), {"email": "nobody@example.org"})
    before = browser.cookies["sessionid"].value
    browser.post(reverse("accounts:login"), {"email": alice.email, "password": PASSWORD})
    cookie = browser.cookies["sessionid"]

    assert before
    assert cookie.value not in {"", before}
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    planted = Client()
    planted.cookies["sessionid"] = before
    assert planted.get(reverse("client_area:home")).status_code == 302


def test_a_form_of_another_site_is_refused(scene: Scene) -> None:
    """Every post but callbacks and one-click unsubscription, whose addresses are the proof."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(scene.cast.alice, backend="django.contrib.auth.backends.ModelBackend")
    for address in addresses("client_area", "accounts", "shop", "back_office"):
        answer = browser.post(scene.url(address))
        assert answer.status_code in {403, 405}, (address.name, answer.status_code)
