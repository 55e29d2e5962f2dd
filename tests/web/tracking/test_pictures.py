"""Pictures of messages, as mailboxes fetch them."""

import pytest
from django.test import Client

from marketingconnect import storage
from marketingconnect.messages.models import Picture
from marketingconnect.messages.services import add_picture
from tests.cast import Cast
from tests.messages.making import NOON, actor, image_bytes


@pytest.fixture
def picture(cast: Cast) -> Picture:
    return add_picture(
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        data=image_bytes(),
        licence_note="Photo de Nadia",
        actor=actor(cast.alice),
        now=NOON,
    )


def test_a_picture_is_public_and_kept_for_long(picture: Picture) -> None:
    answer = Client().get(f"/u/images/{picture.public_name}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(b"".join(answer.streaming_content)) == picture.size  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_our_drawings_are_public_too() -> None:
    answer = Client().get("/u/images/modele-pain.png")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["inconnu-x.png", "..%2Fmodels.json", "modele-pain.svg", "x"])
def test_any_other_name_is_404(name: str) -> None:
    assert Client().get(f"/u/images/{name}").status_code == 404


def test_a_picture_whose_file_is_gone_is_404(picture: Picture) -> None:
    storage.delete(picture.path)
    assert Client().get(f"/u/images/{picture.public_name}").status_code == 404


@pytest.mark.django_db
def test_the_link_of_a_proof_unsubscribes_nobody() -> None:
    answer = Client().get("/u/exemple")
    assert answer.status_code == 200
    assert "Personne n’a été désinscrit" in answer.content.decode()
