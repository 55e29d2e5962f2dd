"""The targeting screen in a real browser: the number moves as one chooses, by hand or by key."""

import pytest
from playwright.sync_api import Page

from marketingconnect import clock
from marketingconnect.catalogue.demo_data import publish_demo_price_list
from marketingconnect.targeting.models import SavedTarget
from tests.browser import OpenPage
from tests.cast import Cast, logged_in
from tests.sale import CLERK
from tests.targeting.stage import NOW, Base
from tests.web.axe import problems_everywhere, problems_of
from tests.web.client_area.test_targets import make_target, page

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
CIRCLE = {"zone": 0, "x": 842000, "y": 6519000, "metres": 9000, "label": "Lyon"}
NUMBER = "#target-count .count-number"


@pytest.fixture(autouse=True)
def noon(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOW)
    publish_demo_price_list(actor=CLERK, now=NOW)


def screen(open_page: OpenPage, cast: Cast, target: SavedTarget, width: int) -> Page:
    shown = open_page(logged_in(cast.alice), page("target", target.pk), width=width)
    shown.wait_for_selector("[data-target-map].is-drawn")
    return shown


def wait_for_another(shown: Page, number: str) -> str:
    """The number of the screen once it is no longer `number`."""
    shown.wait_for_function(
        "([place, old]) => document.querySelector(place).innerText !== old", arg=[NUMBER, number]
    )
    return shown.inner_text(NUMBER)


@pytest.mark.parametrize("width", [1280, 390])
def test_one_types_draws_by_key_and_finds_it_all_again(
    cast: Cast, open_page: OpenPage, width: int
) -> None:
    target = make_target(cast, {"field": "departement", "in": ["69"]})
    shown = screen(open_page, cast, target, width)
    first = shown.inner_text(NUMBER)

    shown.focus("#sex-1")
    shown.keyboard.press("Space")
    second = wait_for_another(shown, first)
    shown.type("#place-search", "mende")
    shown.wait_for_selector("#place-results .result")
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    shown.wait_for_selector("#chosen-place li:nth-child(2)")
    shown.focus("[data-map-canvas]")
    for key in ("c", "ArrowLeft", "Enter", "+", "Enter"):
        shown.keyboard.press(key)
    shown.wait_for_selector("#chosen-place li:nth-child(3)")
    assert "km autour de" in shown.inner_text("#chosen-place")
    assert problems_of(shown) == []

    shown.reload()
    shown.wait_for_selector("[data-target-map].is-drawn")
    assert shown.is_checked("#sex-1")
    assert shown.locator("#chosen-place li").count() == 3
    assert shown.inner_text(NUMBER) != first
    assert second != first


def test_a_polygon_is_drawn_with_the_mouse_and_the_map_opens_on_communes(
    cast: Cast, open_page: OpenPage
) -> None:
    target = make_target(cast, {"field": "departement", "in": ["69"]})
    shown = screen(open_page, cast, target, 1280)
    shown.click("[data-map-draw='within']")
    shown.locator("[data-map-canvas]").scroll_into_view_if_needed()
    box = shown.locator("[data-map-canvas]").bounding_box()
    assert box is not None
    for across, down in ((0.35, 0.6), (0.6, 0.6), (0.6, 0.85)):
        shown.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    shown.click("[data-map-finish]")
    shown.wait_for_selector("#chosen-place li:nth-child(2)")
    assert "sommets" in shown.inner_text("#chosen-place")

    shown.locator(".map-area[data-token='departement:69']").first.click(force=True)
    shown.click("[data-map-communes]:visible")
    shown.wait_for_selector(".map-communes .map-area[data-step='5']")
    assert "Communes" in shown.inner_text("#target-map-table")


def test_without_a_script_a_button_counts(cast: Cast, open_page: OpenPage) -> None:
    target = make_target(cast)
    shown = open_page(logged_in(cast.alice), page("target", target.pk), width=390, javascript=False)
    before = shown.inner_text(NUMBER)

    shown.check("#sex-1")
    shown.get_by_role("button", name="Enregistrer et compter").click()
    shown.wait_for_url("**/cibles/*/")

    assert shown.inner_text(NUMBER) != before
    assert shown.is_checked("#sex-1")


def test_the_screens_of_targets_have_no_fault(cast: Cast, open_page: OpenPage) -> None:
    consumers = make_target(
        cast,
        {"any": [{"field": "departement", "in": ["69", "48"]}, {"near": CIRCLE}]},
        {"field": "age_band", "in": [3, 4]},
    )
    business = make_target(
        cast, {"field": "departement", "in": ["69"]}, name="Pro", population="professionals"
    )
    alice = logged_in(cast.alice)

    for target in (consumers, business):
        assert problems_everywhere(screen(open_page, cast, target, 1280)) == []
    for name in ("targets", "target_new"):
        assert problems_of(open_page(alice, page(name))) == []
    compared = f"{page('target_compare')}?a={consumers.pk}&b={consumers.pk + 1}"
    assert problems_of(open_page(alice, compared)) == []
