"""The living style page: for the staff alone, and without a fault in any state."""

import pytest
from django.test import Client

from tests.browser import OpenPage
from tests.cast import Cast, logged_in
from tests.web.axe import problems_everywhere, problems_of


@pytest.mark.browser
def test_the_style_page_has_no_fault_at_any_width_in_any_theme(
    cast: Cast, open_page: OpenPage
) -> None:
    assert problems_everywhere(open_page(logged_in(cast.admin), "/gestion/style/")) == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("opener", "dialog"), [("Arrêter l’envoi", "style-dialog"), ("Voir le détail", "style-panel")]
)
def test_a_dialog_opens_keeps_the_focus_and_closes_by_escape(
    opener: str, dialog: str, cast: Cast, open_page: OpenPage
) -> None:
    page = open_page(logged_in(cast.admin), "/gestion/style/")

    page.locator(f"[data-dialog-open={dialog}]").click()
    assert page.locator(f"#{dialog}").evaluate("dialog => dialog.open")
    assert page.locator(f"#{dialog}").evaluate("dialog => dialog.contains(document.activeElement)")
    assert problems_of(page) == []
    page.keyboard.press("Escape")

    assert not page.locator(f"#{dialog}").evaluate("dialog => dialog.open")


@pytest.mark.browser
def test_a_queue_is_walked_by_keyboard(cast: Cast, open_page: OpenPage) -> None:
    page = open_page(logged_in(cast.admin), "/gestion/style/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Galette de janvier"
    page.keyboard.press("k")

    assert page.evaluate("document.activeElement.textContent") == "Rentrée de la boulangerie"


def test_the_style_page_shows_the_source_of_each_component(cast: Cast) -> None:
    page = logged_in(cast.marc).get("/gestion/style/").content.decode()

    assert "{% send_calendar days" in page
    assert "{% stepper steps" in page


def test_a_client_does_not_see_the_style_page(cast: Cast) -> None:
    assert logged_in(cast.charlie).get("/gestion/style/").status_code == 403
    assert Client().get("/gestion/style/").status_code == 302


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
def test_a_menu_opens_fits_and_closes_by_escape(
    width: int, cast: Cast, open_page: OpenPage
) -> None:
    page = open_page(logged_in(cast.admin), "/gestion/style/", width=width)

    page.locator(".topbar summary").click()
    assert problems_of(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    assert page.locator(".topbar details[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.browser
def test_the_first_tab_skips_to_the_content(cast: Cast, open_page: OpenPage) -> None:
    page = open_page(logged_in(cast.admin), "/gestion/style/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "contenu"
