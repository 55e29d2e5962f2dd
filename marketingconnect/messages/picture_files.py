"""Make a picture safe and light: verified, drawn again, without its hidden data (CGV B.2)."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from marketingconnect.messages.errors import InvalidPictureError
from marketingconnect.messages.specification import Specification

_READ: Final = ["JPEG", "PNG", "WEBP", "GIF"]
_QUALITIES: Final = (86, 76, 66, 54)
_SVG_MARKS: Final = (b"<svg", b"<?xml", b"<!doctype svg")


@dataclass(frozen=True)
class EncodedPicture:
    """Bytes ready to serve; `extension` is `png` or `jpg`."""

    data: bytes
    extension: str
    width: int
    height: int


def encode_picture(data: bytes, *, specification: Specification) -> EncodedPicture:
    """CGV B.2: a JPEG, or a PNG where there is transparency or few colours, within the limits.

    Only the first image of an animation is kept. Raises InvalidPictureError with a French sentence.
    """
    _refuse_what_is_no_picture(data, specification)
    try:
        with Image.open(BytesIO(data), formats=_READ) as opened:
            _refuse_giants(opened.size, specification)
            opened.seek(0)
            upright = ImageOps.exif_transpose(opened)
            drawn = upright.convert("RGBA" if _is_transparent(upright) else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidPictureError("Cette image a trop de pixels : réduisez-la.") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise InvalidPictureError(
            "Ce fichier n’est pas une image lisible : il est abîmé, ou d’un autre format que "
            f"{', '.join(specification.picture_formats)}."
        ) from None
    drawn.thumbnail((specification.max_picture_side, specification.max_picture_side))
    return _lightest(drawn, specification)


def _refuse_what_is_no_picture(data: bytes, specification: Specification) -> None:
    most = specification.max_picture_upload_bytes
    if not data:
        raise InvalidPictureError("Ce fichier est vide.")
    if len(data) > most:
        raise InvalidPictureError(f"Cette image pèse plus de {most // 1024 // 1024} Mio.")
    if any(mark in data[:512].lower() for mark in _SVG_MARKS):
        raise InvalidPictureError(
            "Les images SVG ne sont pas acceptées : presque aucune messagerie ne les affiche, et "
            "elles peuvent contenir des scripts. Exportez la vôtre en PNG."
        )


def _refuse_giants(size: tuple[int, int], specification: Specification) -> None:
    width, height = size
    if width * height > specification.max_picture_pixels or min(size) < 1:
        raise InvalidPictureError(
            f"Cette image a trop de pixels ({width} × {height}) : réduisez-la avant de l’envoyer."
        )


def _is_transparent(image: Image.Image) -> bool:
    if image.mode in {"RGBA", "LA", "PA"}:
        low, _ = image.getchannel("A").getextrema()
        return isinstance(low, int) and low < 255
    return "transparency" in image.info


def _lightest(image: Image.Image, specification: Specification) -> EncodedPicture:
    """The first encoding that fits, halving the sides as a last resort."""
    while True:
        for data, extension in _encodings(image):
            if len(data) <= specification.max_picture_bytes:
                return EncodedPicture(data, extension, image.width, image.height)
        image = image.resize((max(1, image.width // 2), max(1, image.height // 2)))


def _encodings(image: Image.Image) -> list[tuple[bytes, str]]:
    few_colours = image.getcolors(256) is not None
    if image.mode == "RGBA" or few_colours:
        options = [(_bytes(image, "PNG", optimize=True), "png")]
        if image.mode == "RGBA":
            return [*options, (_bytes(image.quantize(256), "PNG", optimize=True), "png")]
    else:
        options = []
    jpegs = [
        (_bytes(image, "JPEG", quality=quality, optimize=True, progressive=True), "jpg")
        for quality in _QUALITIES
    ]
    return [*options, *jpegs]


def _bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    """Encode without EXIF, profile or comment: a fresh image holds none."""
    fresh = Image.new(image.mode, image.size)
    if image.mode == "P" and (palette := image.getpalette("RGBA")):
        fresh.putpalette(palette, "RGBA")
    fresh.paste(image)
    stream = BytesIO()
    fresh.save(stream, kind, **options)
    return stream.getvalue()
