"""Pages of sales, money, the base, rented files and contracts in a browser: no fault."""

import pytest
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Page

from tests.browser import OpenPage
from tests.cast import logged_in
from tests.web.axe import layout_faults_of, problems_of
from tests.web.scene import Scene, addresses

AREAS = (
    "back_office.base",
    "back_office.rentals",
    "back_office.claims",
    "back_office.contracts",
    "back_office.leaks",
    "back_office.management",
    "back_office.moderation.samples",
    "back_office.payments.closing",
    "back_office.payments.overdue",
    "back_office.payments.posting",
    "back_office.payments.refunds",
    "back_office.proposals",
    "back_office.signatures",
    "client_area.balance",
    "client_area.documents",
    "client_area.guarantees",
    "client_area.proposals",
    "client_area.rentals",
    "client_area.search",
)
FILES = ("_file", "_report", "_contract", "_attachment", "letter_scan")


def is_of_the_areas(url: str) -> bool:
    module = resolve(url.partition("?")[0]).func.__module__
    return module.removeprefix("marketingconnect.web.").startswith(AREAS)


def pages_of(scene: Scene, audience: str, client: Client) -> list[str]:
    """Whole pages only: no file, no piece of one, no act."""
    named = [each for each in addresses(audience) if not each.name.endswith(FILES)]
    urls = [url for url in map(scene.url, named) if is_of_the_areas(url)]
    return [url for url in urls if is_page(client, url)]


def is_page(client: Client, url: str) -> bool:
    answer = client.get(url)
    return answer.status_code == 200 and b"<!doctype" in answer.getvalue()[:50].lower()


def faults(shown: Page) -> list[str]:
    """What is shown to a reader is the same at each width: only the layout is looked at twice."""
    found = []
    for width, look in ((1280, layout_faults_of), (390, problems_of)):
        shown.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {fault}" for fault in look(shown)]
    shown.close()
    return found


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.parametrize("audience", ["client_area", "back_office"])
def test_the_pages_have_no_fault(scene: Scene, open_page: OpenPage, audience: str) -> None:
    cast = scene.cast
    client = logged_in(cast.alice if audience == "client_area" else cast.admin)
    pages = pages_of(scene, audience, client)
    assert len(pages) > 12

    found = {}
    for url in pages:
        found[url] = faults(open_page(client, url))

    assert {url: wrong for url, wrong in found.items() if wrong} == {}
