"""Pictures are drawn again: safe, light, without hidden data."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from marketingconnect.messages.errors import InvalidPictureError
from marketingconnect.messages.picture_files import EncodedPicture, encode_picture
from marketingconnect.messages.specification import specification_on
from tests.messages.making import image_bytes

SPEC = specification_on(date(2026, 11, 24))


def opened(picture: EncodedPicture) -> Image.Image:
    image = Image.open(BytesIO(picture.data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("kind", "extension"), [("JPEG", "jpg"), ("PNG", "jpg"), ("WEBP", "jpg"), ("GIF", "png")]
)
def test_usual_formats_become_jpeg_or_png(kind: str, extension: str) -> None:
    assert encode_picture(image_bytes(kind), specification=SPEC).extension == extension


def test_hidden_data_does_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Chez Nadia, 12 rue du Four"
    data = image_bytes("JPEG", exif=exif, comment=b"secret")
    assert b"rue du Four" in data
    picture = encode_picture(data, specification=SPEC)
    assert b"rue du Four" not in picture.data
    assert b"secret" not in picture.data
    assert not opened(picture).getexif()


def test_an_upright_picture_stays_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = encode_picture(image_bytes("JPEG", (400, 200), exif=exif), specification=SPEC)
    assert (picture.width, picture.height) == (200, 400)


def test_a_large_picture_is_brought_to_size_and_weight() -> None:
    noise = Image.effect_noise((3000, 2000), 90).convert("RGB")
    stream = BytesIO()
    noise.save(stream, "JPEG", quality=60)
    picture = encode_picture(stream.getvalue(), specification=SPEC)
    assert max(picture.width, picture.height) <= SPEC.max_picture_side
    assert len(picture.data) <= SPEC.max_picture_bytes


def test_transparency_is_kept_as_png() -> None:
    logo = Image.new("RGBA", (60, 60), (120, 10, 80, 0))
    logo.paste((120, 10, 80, 255), (10, 10, 50, 50))
    stream = BytesIO()
    logo.save(stream, "PNG")
    picture = encode_picture(stream.getvalue(), specification=SPEC)
    assert picture.extension == "png"
    assert opened(picture).convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b"bonjour", "pas une image"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"  <SVG onload=alert(1)>", "SVG"),
        (b"%PDF-1.4", "pas une image"),
        (image_bytes()[:200], "pas une image"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(InvalidPictureError, match=words):
        encode_picture(data, specification=SPEC)


def test_a_giant_is_refused_before_it_is_read() -> None:
    stream = BytesIO()
    Image.new("1", (9000, 9000)).save(stream, "PNG")
    with pytest.raises(InvalidPictureError, match="trop de pixels"):
        encode_picture(stream.getvalue(), specification=SPEC)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(InvalidPictureError, match="8 Mio"):
        encode_picture(b"x" * (SPEC.max_picture_upload_bytes + 1), specification=SPEC)
