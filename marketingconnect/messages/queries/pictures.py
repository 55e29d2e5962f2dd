"""Pictures of a company, and the bytes of one that recipients ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.db.models import QuerySet

from marketingconnect import storage
from marketingconnect.messages.blocks import PICTURE_NAME
from marketingconnect.messages.library import picture_path
from marketingconnect.messages.models import Picture


@dataclass(frozen=True)
class PublicPicture:
    """A picture to serve; its name never gets other bytes."""

    open: Callable[[], BinaryIO]
    content_type: str


def pictures_of(company_id: int) -> QuerySet[Picture]:
    """Pictures that a company uploaded, the latest first."""
    return Picture.objects.filter(company_id=company_id).order_by("-pk")


def public_picture(name: str) -> PublicPicture | None:
    """The picture of that public name: a client's, or one of our drawings; None when unknown."""
    if not PICTURE_NAME.fullmatch(name):
        return None
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    if drawing := picture_path(name):
        return PublicPicture(lambda: drawing.open("rb"), kind)
    path = Picture.objects.filter(public_name=name).values_list("path", flat=True).first()
    if path is None:
        return None
    return PublicPicture(lambda: storage.open(path), kind)
