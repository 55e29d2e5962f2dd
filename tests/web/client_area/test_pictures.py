"""The library of pictures: added, refused, offered in a block, deleted when nothing shows them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketingconnect import storage
from marketingconnect.messages.models import Message, Picture
from marketingconnect.storage import UnknownFileError
from tests.cast import Cast, logged_in
from tests.messages.making import image_bytes, make_message, prove


def url(name: str, *args: Any) -> str:
    return reverse(f"client_area:{name}", args=args)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


@pytest.fixture
def message(cast: Cast) -> Message:
    return make_message(cast.bakery, cast.alice)


def test_a_picture_is_uploaded_and_offered_in_a_block(alice: Client, message: Message) -> None:
    file = SimpleUploadedFile("photo.jpg", image_bytes())
    answer = alice.post(
        url("pictures"),
        {
            "file": file,
            "alt": "Notre vitrine",
            "licence_note": "Photo de Nadia",
            "back": url("messages"),
        },
    )
    assert answer["Location"] == url("messages")
    picture = Picture.objects.get()
    page = alice.get(url("message_edit", message.pk), {"bloc": "m2"}).content.decode()
    assert picture.public_name in page
    assert "Notre vitrine" in page


def test_a_picture_is_deleted_unless_a_message_shows_it(
    alice: Client, cast: Cast, message: Message
) -> None:
    file = SimpleUploadedFile("photo.jpg", image_bytes())
    alice.post(url("pictures"), {"file": file, "licence_note": "Photo de Nadia"})
    picture = Picture.objects.get()
    delete = url("picture_delete", picture.public_name)
    assert delete in alice.get(url("pictures")).content.decode()
    assert logged_in(cast.charlie).post(delete).status_code == 404

    message.content["blocks"][0]["picture"] = picture.public_name
    message.save()
    refused = alice.post(delete)
    assert refused.status_code == 409
    assert message.name in refused.content.decode()

    version = prove(message, cast.alice).version
    message.content["blocks"][0]["picture"] = ""
    message.save()
    assert picture.public_name in version.html
    assert alice.post(delete).status_code == 409
    assert Picture.objects.exists()


def test_a_picture_that_nothing_shows_leaves_with_its_file(
    alice: Client, django_capture_on_commit_callbacks: Any
) -> None:
    file = SimpleUploadedFile("photo.jpg", image_bytes())
    alice.post(url("pictures"), {"file": file, "licence_note": "Photo de Nadia"})
    picture = Picture.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        answer = alice.post(url("picture_delete", picture.public_name))
    assert answer["Location"] == url("pictures")
    assert not Picture.objects.exists()
    with pytest.raises(UnknownFileError):
        storage.open(picture.path)


def test_a_picture_refused_says_why(alice: Client) -> None:
    file = SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = alice.post(url("pictures"), {"file": file, "licence_note": "à nous"})
    assert answer.status_code == 400
    assert "SVG" in answer.content.decode()
    outside = alice.post(
        url("pictures"),
        {
            "file": SimpleUploadedFile("a.jpg", image_bytes()),
            "licence_note": "à nous",
            "back": "https://evil.test/",
        },
    )
    assert outside["Location"] == url("pictures")
