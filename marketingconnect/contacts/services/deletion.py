"""A file is deleted when its client asks, or when its time is over (CGV B.5)."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.rules import deletion_obstacle, purge_date
from marketingconnect.contacts.services.running import remove_rows
from marketingconnect.contacts.services.states import StaleFileError, move
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.contacts.usage import uses_of
from marketingconnect.jobs import job


@transaction.atomic
def delete_file(file_id: int, *, reason: str, actor: Actor, now: datetime) -> ContactFile:
    """Put a file out of use at once and have its addresses erased right after.

    `reason` is `client_request` or `retention_over`. Raises StaleFileError with the obstacle as
    its message when a campaign needs the file, or when it is being imported.
    """
    file = ContactFile.objects.select_for_update().get(pk=file_id)
    if obstacle := deletion_obstacle(state=file.state, uses=uses_of(file_id)):
        raise StaleFileError(obstacle)
    file = move(file_id, to=ContactFileState.DELETED, deleted_at=now)
    record(
        action="contact_file.deleted",
        actor=actor,
        company_id=file.company_id,
        subject=f"contact_file:{file_id}",
        at=now,
        after={"reason": reason, "name": file.name, "contacts": file.accepted},
    )
    job("contacts.erase").defer(file_id=file_id)
    return file


def erase_file(file_id: int, *, now: datetime) -> ContactFile:
    """Remove the bytes, the contacts and the refusals of a deleted file; safe to repeat.

    The row that stays holds counts and dates only: it is the certificate of the deletion.
    """
    file = ContactFile.objects.get(pk=file_id, state=ContactFileState.DELETED)
    storage.delete(file.path)
    with transaction.atomic():
        locked = ContactFile.objects.select_for_update().get(pk=file_id)
        if locked.erased_at is not None:
            return locked
        locked.erased_contacts = remove_rows(file_id)
        locked.erased_at = now
        locked.proof = locked.failure = ""
        locked.save(update_fields=["erased_contacts", "erased_at", "proof", "failure"])
        record(
            action="contact_file.erased",
            actor=Actor.system("suppression de fichiers"),
            company_id=locked.company_id,
            subject=f"contact_file:{file_id}",
            at=now,
            after={"contacts": locked.erased_contacts, "sha256": locked.sha256},
        )
    return locked


def purge_due_files(*, retention_days: int, today: date, now: datetime) -> list[int]:
    """Delete the files whose time is over; their ids. One that a campaign needs stays."""
    due: list[int] = []
    files = ContactFile.objects.filter(
        state=ContactFileState.IMPORTED, purge_on__isnull=False
    ).only("pk", "purge_on")
    for file in files.iterator():
        assert file.purge_on is not None  # noqa: S101  filtered
        ends_on = purge_date(
            unused_until=file.purge_on, uses=uses_of(file.pk), retention_days=retention_days
        )
        if ends_on is not None and ends_on <= today:
            delete_file(
                file.pk,
                reason="retention_over",
                actor=Actor.system("durée de conservation"),
                now=now,
            )
            due.append(file.pk)
    return due
