"""A client and an advisor in two real browsers, on the real site and the real stream."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from marketingconnect.accounts.models import User
from marketingconnect.demo.supervisor.layout import on_free_ports
from marketingconnect.targeting.models import SavedTarget
from tests.browser import BrowserThread, _Remote
from tests.cast import Cast, logged_in
from tests.targeting.sessions.test_services import make_target
from tests.web.live.listening import program

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The site and the stream, each on its port."""
    ports = on_free_ports(Path("var"))
    known = {
        "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings",
        "MARKETINGCONNECT_BASE_URL": ports.base_url,
        "MARKETINGCONNECT_LIVE_URL": ports.live_url,
    }
    with (
        program("live", ports.live, **known),
        program("web", ports.web, "--workers", "1", **known),
    ):
        yield ports.base_url


@pytest.fixture
def contexts(browser_thread: BrowserThread) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        browser_thread.run(context.close)


def open_as(
    user: User, address: str, site: str, thread: BrowserThread, contexts: list[BrowserContext]
) -> Page:
    """A page of the real site, in a browser where this person has logged in."""
    key = logged_in(user).cookies[settings.SESSION_COOKIE_NAME].value

    def act() -> Page:
        context = thread.browser.new_context(locale="fr-FR")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site}{address}")
        return page

    page: Page = _Remote(thread, thread.run(act))  # type: ignore[assignment]
    return page


def test_what_the_advisor_changes_is_seen_by_the_client_with_a_name(
    cast: Cast, site: str, browser_thread: BrowserThread, contexts: list[BrowserContext]
) -> None:
    target = make_target(cast)
    client = open_as(cast.alice, where("client_area", target), site, browser_thread, contexts)
    client.get_by_role("button", name="Regarder avec un conseiller").click()
    client.wait_for_selector("#live-panel[data-open='1']")
    waiting = reverse("back_office:targets")
    advisor = open_as(cast.marc, waiting, site, browser_thread, contexts)
    advisor.get_by_role("button", name=target.name).click()

    client.wait_for_selector("text=Marc Essai (conseiller)")
    for page in (client, advisor):
        page.wait_for_selector("[data-targeting][data-listening]")
    advisor.check("#sex-1")

    client.wait_for_selector("text=a ajouté le critère Sexe")
    client.wait_for_function("() => document.getElementById('sex-1').checked")
    client.check("#age_band-2")
    advisor.wait_for_function("() => document.getElementById('age_band-2').checked")
    target.refresh_from_db()
    assert {part["field"] for part in target.criteria["where"]["all"]} == {"sex", "age_band"}

    client.get_by_role("button", name="Clore la séance").click()
    advisor.wait_for_selector("text=La séance est close")


def where(audience: str, target: SavedTarget) -> str:
    return reverse(f"{audience}:target", args=[target.pk])
