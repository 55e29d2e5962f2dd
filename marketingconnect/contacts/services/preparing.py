"""From the bytes received to an import that may start: columns, then origin of the addresses."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.contacts.columns import Column, guess_columns
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.reading.layout import (
    Layout,
    UnreadableFileError,
    guess_layout,
    records_of,
    roughly_how_many,
)
from marketingconnect.contacts.rows import is_blank
from marketingconnect.contacts.rules import Origin, sensitive_columns_taken
from marketingconnect.contacts.services.states import StaleFileError, move
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.jobs import job

__all__ = [
    "StaleFileError",
    "confirm_columns",
    "declare_origin",
    "receive_file",
    "understand",
]


class SensitiveColumnError(Exception):
    """A column that the law protects was asked for (CGV B.5)."""


SAMPLE_ROWS: Final = 300
_SCANNED: Final = 5_000


def receive_file(
    *,
    company_id: int,
    user_id: int | None,
    name: str,
    original_name: str,
    chunks: Iterable[bytes],
    actor: Actor,
    now: datetime,
) -> ContactFile:
    """Keep the bytes of a list and guess how it is laid out.

    Raises storage.FileTooLargeError, or UnreadableFileError with a sentence for the client.
    """
    folder, limit = f"contacts/c{company_id}", settings.CONTACT_FILE_MAX_BYTES
    kept = storage.save(folder, original_name, chunks, max_bytes=limit)
    try:
        with storage.local_path(kept.path) as path:
            layout = guess_layout(path)
            expected = roughly_how_many(path, layout)
        layout, columns, _ = understand(kept.path, layout)
        return _note_file(
            ContactFile(
                company_id=company_id,
                name=(name.strip() or original_name)[:120],
                original_name=original_name[-255:],
                path=kept.path,
                size=kept.size,
                sha256=kept.sha256,
                layout=layout.as_json(),
                mapping={str(c.index): c.target for c in columns if c.target},
                rows_total=expected,
                uploaded_by_id=user_id,
                uploaded_at=now,
            ),
            actor,
        )
    except BaseException:
        storage.delete(kept.path)
        raise


@transaction.atomic
def _note_file(file: ContactFile, actor: Actor) -> ContactFile:
    file.save(force_insert=True)
    record(
        action="contact_file.received",
        actor=actor,
        company_id=file.company_id,
        subject=f"contact_file:{file.pk}",
        at=file.uploaded_at,
        after={"name": file.name, "size": file.size, "sha256": file.sha256},
    )
    return file


def understand(stored_path: str, layout: Layout) -> tuple[Layout, list[Column], list[list[str]]]:
    """Columns and first rows of a kept file read with `layout`, which comes back completed.

    Raises UnreadableFileError when nothing readable stands in the beginning.
    """
    with storage.local_path(stored_path) as path:
        records = list(islice(records_of(path, layout), _SCANNED))
    filled = [
        (place, cells)
        for place, (_, cells) in enumerate(records)
        if isinstance(cells, list) and not is_blank(cells)
    ][:SAMPLE_ROWS]
    if not filled:
        raise UnreadableFileError("Aucune ligne ne se lit avec ces réglages.")
    rows = [cells for _, cells in filled]
    width = len(rows[0]) if layout.header else max(map(len, rows))
    rows = [row[:width] for row in rows]
    columns = guess_columns(rows, header=layout.header)
    hidden = tuple(column.index for column in columns if column.sensitive)
    skip = filled[0][0] + 1 if layout.header else 0
    return replace(layout, skip=skip, width=width, hidden=hidden), columns, rows


@transaction.atomic
def confirm_columns(
    file_id: int, *, layout: Layout, mapping: Mapping[int, str], actor: Actor, now: datetime
) -> ContactFile:
    """Keep what the client confirmed: how the file is read and what each column holds.

    `mapping` has an `email`: the page checked it. Raises SensitiveColumnError, or StaleFileError
    once the import has begun.
    """
    if columns := sensitive_columns_taken(mapping=mapping, sensitive=layout.hidden):
        raise SensitiveColumnError(columns)
    file = move(
        file_id,
        to=ContactFileState.MAPPED,
        layout=layout.as_json(),
        mapping={str(index): target for index, target in mapping.items() if target},
    )
    record(
        action="contact_file.columns_confirmed",
        actor=actor,
        company_id=file.company_id,
        subject=f"contact_file:{file.pk}",
        at=now,
        after={"mapping": file.mapping, "encoding": layout.encoding},
    )
    return file


@transaction.atomic
def declare_origin(file_id: int, *, origin: Origin, actor: Actor, now: datetime) -> ContactFile:
    """Keep the client's declaration on its file (CGV B.5) and have the import done.

    Raises StaleFileError when the columns are not confirmed, or the import has begun.
    """
    file = start_import(file_id, origin=origin, actor=actor, now=now)
    job("contacts.import").defer(file_id=file.pk)
    return file


@transaction.atomic
def start_import(file_id: int, *, origin: Origin, actor: Actor, now: datetime) -> ContactFile:
    """As `declare_origin`, for a caller that runs the import itself."""
    before = ContactFile.objects.get(pk=file_id)
    file = move(
        file_id,
        to=ContactFileState.IMPORTING,
        legal_basis=origin.legal_basis,
        proof=origin.proof.strip(),
        collected_from=origin.collected_from,
        collected_to=origin.collected_to,
        attested_at=now if origin.attested else None,
        import_started_at=now,
        progressed_at=Now(),
        cursor=Layout.from_json(before.layout).skip,
        failure="",
    )
    record(
        action="contact_file.origin_declared",
        actor=actor,
        company_id=file.company_id,
        subject=f"contact_file:{file.pk}",
        at=now,
        after={
            "legal_basis": file.legal_basis,
            "proof": file.proof,
            "collected_from": file.collected_from,
            "collected_to": file.collected_to,
            "attested": origin.attested,
        },
    )
    return file
