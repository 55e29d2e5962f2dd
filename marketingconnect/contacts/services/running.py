"""An import once started: finished, failed, started again, stopped by the client."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.services.states import move
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.jobs import job

_SYSTEM = Actor.system("import de fichiers")


def finish_import(file_id: int, *, now: datetime, today: date) -> ContactFile:
    """Close an import whose last row is in. The client's original is erased: it served its use."""
    with transaction.atomic():
        file = move(
            file_id,
            to=ContactFileState.IMPORTED,
            imported_at=now,
            purge_on=today + timedelta(days=settings.CONTACT_FILE_KEPT_DAYS),
        )
        _journal(file, "contact_file.imported", _SYSTEM, now)
        job("contacts.measure_quality").defer(file_id=file_id)
    storage.delete(file.path)
    return file


@transaction.atomic
def fail_import(file_id: int, *, failure: str, now: datetime) -> ContactFile:
    """Stop an import that cannot go on; `failure` is shown to the client, with a way out."""
    file = move(file_id, to=ContactFileState.FAILED, failure=failure)
    _journal(file, "contact_file.failed", _SYSTEM, now)
    return file


@transaction.atomic
def restart_import(file_id: int, *, actor: Actor, now: datetime) -> ContactFile:
    """Go on with a failed import from its last chunk."""
    file = move(file_id, to=ContactFileState.IMPORTING, progressed_at=Now(), failure="")
    _journal(file, "contact_file.restarted", actor, now)
    job("contacts.import").defer(file_id=file_id)
    return file


@transaction.atomic
def cancel_import(file_id: int, *, actor: Actor, now: datetime) -> ContactFile:
    """Stop an import at the client's word; what it brought is removed, the file can start over."""
    file = move(file_id, to=ContactFileState.CANCELLING)
    _journal(file, "contact_file.cancelled", actor, now)
    job("contacts.clear_cancelled").defer(file_id=file_id)
    return file


@transaction.atomic
def clear_cancelled(file_id: int) -> ContactFile:
    """Remove every row of a stopped import; its columns can be confirmed again."""
    file = move(
        file_id,
        to=ContactFileState.MAPPED,
        cursor=0,
        rows_read=0,
        blank_rows=0,
        accepted=0,
        duplicates=0,
        opposed=0,
        mobiles_dropped=0,
        refused={},
        quality={},
        first_contact_id=None,
        last_contact_id=None,
        progressed_at=None,
        import_started_at=None,
        failure="",
    )
    remove_rows(file.pk)
    return file


def remove_rows(file_id: int) -> int:
    """Delete the contacts and refusals of a file; how many contacts there were."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM contacts_refusedrow WHERE file_id = %s", [file_id])
        cursor.execute("DELETE FROM contacts_contact WHERE file_id = %s", [file_id])
        return int(cursor.rowcount)


def _journal(file: ContactFile, action: str, actor: Actor, now: datetime) -> None:
    record(
        action=action,
        actor=actor,
        company_id=file.company_id,
        subject=f"contact_file:{file.pk}",
        at=now,
        after={
            "rows": file.rows_read,
            "accepted": file.accepted,
            "duplicates": file.duplicates,
            "refused": file.refused,
            "failure": file.failure,
        },
    )
