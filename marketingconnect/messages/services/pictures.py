"""Keep the client's pictures and logos (CGV B.1.1)."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.messages.errors import InvalidPictureError, PictureInUseError
from marketingconnect.messages.models import Message, MessageVersion, Picture
from marketingconnect.messages.picture_files import EncodedPicture, encode_picture
from marketingconnect.messages.specification import specification_on


def add_picture(
    *,
    company_id: int,
    user_id: int,
    data: bytes,
    alt: str = "",
    licence_note: str,
    is_logo: bool = False,
    actor: Actor,
    now: datetime,
) -> Picture:
    """CGV B.1.1, B.2: draw the picture again, keep it under a name nobody can guess.

    `licence_note` says where the right to use it comes from; it is kept with the picture. The same
    bytes twice are one picture. Raises InvalidPictureError with a French sentence.
    """
    if not licence_note.strip():
        raise InvalidPictureError("Dites d’où vient cette image et qui vous permet de l’utiliser.")
    encoded = encode_picture(data, specification=specification_on(paris_date(now)))
    stored = storage.save("pictures", f"image.{encoded.extension}", [encoded.data])
    facts = {
        **_facts(encoded, stored),
        "alt": alt.strip(),
        "licence_note": licence_note.strip(),
        "uploaded_by_id": user_id,
        "uploaded_at": now,
    }
    with transaction.atomic():
        picture, is_new = Picture.objects.get_or_create(
            company_id=company_id, sha256=stored.sha256, is_logo=is_logo, defaults=facts
        )
        if is_new:
            _journal("picture.added", picture, actor, now)
    if not is_new:
        storage.delete(stored.path)
    return picture


@transaction.atomic
def delete_picture(public_name: str, *, company_id: int, actor: Actor, now: datetime) -> None:
    """CGV B.1.2: forget a picture that no message and no version proofed shows.

    Recipients and the proofs kept would see a hole. Raises PictureInUseError, Picture.DoesNotExist.
    """
    picture = Picture.objects.select_for_update().get(
        public_name=public_name, company_id=company_id
    )
    if message := _message_showing(picture):
        raise PictureInUseError(
            f"Cette image est dans le message « {message} » : elle ne s’efface pas."
        )
    _journal("picture.deleted", picture, actor, now)
    picture.delete()
    transaction.on_commit(lambda: storage.delete(picture.path))


def _message_showing(picture: Picture) -> str:
    """The name of a message of the company with that picture, now or in a version; else empty."""
    drafts = Message.objects.filter(company_id=picture.company_id).annotate(
        blocks=Cast("content", TextField())
    )
    drafted = drafts.filter(blocks__contains=picture.public_name).values_list("name", flat=True)
    versions = MessageVersion.objects.filter(
        message__company_id=picture.company_id, html__contains=picture.public_name
    )
    return drafted.first() or versions.values_list("message__name", flat=True).first() or ""


def _facts(encoded: EncodedPicture, stored: storage.StoredFile) -> dict[str, Any]:
    return {
        "public_name": f"{secrets.token_hex(16)}.{encoded.extension}",
        "path": stored.path,
        "width": encoded.width,
        "height": encoded.height,
        "size": stored.size,
    }


def _journal(action: str, picture: Picture, actor: Actor, now: datetime) -> None:
    record(
        action=action,
        actor=actor,
        company_id=picture.company_id,
        subject=f"picture:{picture.pk}",
        at=now,
        after={
            "name": picture.public_name,
            "sha256": picture.sha256,
            "licence": picture.licence_note,
            "logo": picture.is_logo,
        },
    )
