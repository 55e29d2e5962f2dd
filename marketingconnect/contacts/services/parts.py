"""A file made of some contacts of another: the same origin, the same rights, fewer people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.contacts.models import Contact, ContactFile
from marketingconnect.contacts.states import ContactFileState

_FOLDER: Final = "contact_files"
_KEPT: Final = (
    "company_id",
    "original_name",
    "mapping",
    "legal_basis",
    "proof",
    "collected_from",
    "collected_to",
    "attested_at",
    "uploaded_by_id",
)
_COPY: Final = (
    "INSERT INTO contacts_contact (file_id, line, email, mobile, fields)"
    " SELECT %s, line, email, mobile, fields FROM contacts_contact"
    " WHERE file_id = %s AND id = ANY(%s) ORDER BY id"
)


@transaction.atomic
def part_of_file(
    file_id: int, contact_ids: Sequence[int], *, name: str, actor: Actor, now: datetime
) -> ContactFile:
    """CGV B.5: a new file of these contacts, under the declaration of the file they come from.

    Those that were erased meanwhile are left out.
    """
    whole = ContactFile.objects.select_for_update().get(pk=file_id)
    empty = storage.save(_FOLDER, "part.txt", [b""])
    part = ContactFile.objects.create(
        name=name[:120],
        state=ContactFileState.IMPORTED,
        path=empty.path,
        size=0,
        sha256=empty.sha256,
        uploaded_at=now,
        imported_at=now,
        **{field: getattr(whole, field) for field in _KEPT},
    )
    with connection.cursor() as cursor:
        cursor.execute(_COPY, [part.pk, whole.pk, list(contact_ids)])
    ids = Contact.objects.filter(file=part).order_by("pk").values_list("pk", flat=True)
    counts = {"accepted": ids.count(), "rows_read": ids.count(), "rows_total": ids.count()}
    bounds = {"first_contact_id": ids.first(), "last_contact_id": ids.last()}
    ContactFile.objects.filter(pk=part.pk).update(**counts, **bounds)
    part.refresh_from_db()
    _journal(part, whole, actor, now)
    return part


def _journal(part: ContactFile, whole: ContactFile, actor: Actor, now: datetime) -> None:
    record(
        action="contact_file.part_made",
        actor=actor,
        company_id=part.company_id,
        subject=f"contact_file:{part.pk}",
        at=now,
        after={"part_of": whole.pk, "name": part.name, "contacts": part.accepted},
    )
