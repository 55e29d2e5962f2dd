"""The editor in a real browser: saves by itself, moves blocks by key, has no fault of access."""

import pytest

from marketingconnect.messages.models import Message
from tests.browser import OpenPage
from tests.cast import Cast, logged_in
from tests.messages.making import make_message, prove, validate
from tests.web.axe import problems_of


def kinds(message: Message) -> list[str]:
    message.refresh_from_db()
    return [block["type"] for block in message.content["blocks"]]


@pytest.mark.browser
def test_writing_saves_by_itself_and_the_keyboard_moves_blocks(
    cast: Cast, open_page: OpenPage
) -> None:
    message = make_message(cast.bakery, cast.alice)
    shown = open_page(logged_in(cast.alice), f"/espace/messages/{message.pk}/")
    before = kinds(message)

    shown.get_by_role("link", name="Modifier le bloc 3").click()
    shown.get_by_label("Titre", exact=True).fill("Samedi, on ouvre")
    shown.locator("[data-saved]", has_text="Enregistré").wait_for()
    message.refresh_from_db()
    assert message.content["blocks"][2]["text"] == "Samedi, on ouvre"
    preview = shown.frame_locator("[data-preview]")
    preview.get_by_text("Samedi, on ouvre").wait_for()

    shown.get_by_role("button", name="Dupliquer le bloc Logo").press("Alt+ArrowDown")
    shown.locator("[data-block]:first-child strong", has_text="Image").wait_for()
    assert kinds(message) == [before[1], before[0], *before[2:]]

    shown.get_by_role("button", name="Filet").click()
    shown.locator("[data-block] strong", has_text="Filet").wait_for()
    assert "divider" in kinds(message)
    shown.close()


@pytest.mark.browser
def test_the_message_and_moderation_pages_have_no_fault(cast: Cast, open_page: OpenPage) -> None:
    message = make_message(cast.bakery, cast.alice)
    validate(prove(message, cast.alice).version, cast.alice)
    alice, paul = logged_in(cast.alice), logged_in(cast.paul)
    place = f"/espace/messages/{message.pk}/"
    request = message.versions.get().moderation_requests.get()
    pages = [
        (alice, "/espace/messages/nouveau/"),
        (alice, f"{place}?bloc=m2"),
        (alice, f"{place}epreuve/"),
        (paul, f"/gestion/moderation/{request.pk}/"),
    ]
    for person, address in pages:
        shown = open_page(person, address)
        for width in (1280, 320):
            shown.set_viewport_size({"width": width, "height": 900})
            assert problems_of(shown) == [], (address, width)
        shown.close()
