"""What one chunk of an import writes, all in the transaction of the chunk."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

from django.db import connection, transaction
from psycopg import Copy

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.rows import Taken
from marketingconnect.contacts.states import ContactFileState

Cursor: TypeAlias = Any
_FETCHED: Final = 20_000


class ImportOvertakenError(Exception):
    """Another run of the same import went further, or the client stopped it."""


@dataclass
class Tally:
    """What one chunk brought. `repeated`: address -> its rows, all after the first."""

    records: int = 0
    blank: int = 0
    accepted: int = 0
    duplicates: int = 0
    opposed: int = 0
    maybe_opposed: list[str] = field(default_factory=list)
    mobiles_dropped: int = 0
    refusals: list[tuple[int, str, str]] = field(default_factory=list)
    repeated: dict[str, list[tuple[int, Taken]]] = field(default_factory=dict)


def known_addresses(file_id: int, fingerprint: Callable[[str], int]) -> set[int]:
    """Fingerprints of the addresses that earlier runs brought."""
    known: set[int] = set()
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute("SELECT email FROM contacts_contact WHERE file_id = %s", [file_id])
        while rows := cursor.fetchmany(_FETCHED):
            known.update(fingerprint(email) for (email,) in rows)
    return known


def hold(cursor: Cursor, file: ContactFile) -> int:
    """Lock the file's row if the import still stands where we left it; an id below all to come.

    Raises ImportOvertakenError. The time is the database's: the demo's clock must not make a
    running import look abandoned.
    """
    cursor.execute(
        "UPDATE contacts_contactfile SET progressed_at = statement_timestamp()"
        " WHERE id = %s AND state = %s AND cursor = %s"
        " RETURNING nextval(pg_get_serial_sequence('contacts_contact', 'id'))",
        [file.pk, ContactFileState.IMPORTING, file.cursor],
    )
    if (row := cursor.fetchone()) is None:
        raise ImportOvertakenError(file.pk)
    return int(row[0])


def copy_contacts(cursor: Cursor) -> "CopyContext":
    return cursor.copy("COPY contacts_contact (file_id, line, email, mobile, fields) FROM STDIN")


CopyContext: TypeAlias = Any
"""A context manager giving a psycopg Copy."""


def write_refusals(cursor: Cursor, file_id: int, tally: Tally) -> None:
    """Keep the rows that were not taken, with their reasons."""
    if not tally.refusals:
        return
    copy: Copy
    with cursor.copy("COPY contacts_refusedrow (file_id, line, reason, row) FROM STDIN") as copy:
        for line, reason, row in tally.refusals:
            copy.write_row((file_id, line, reason, row))


def complete_repeated(cursor: Cursor, file_id: int, tally: Tally) -> None:
    """The first row of an address wins; what it lacks comes from the later ones, in their order."""
    if not tally.repeated:
        return
    # The planner has no figures of a table being filled: it would read all of it for each chunk.
    # Hence these settings, and below the LIMITs that leave it the unique index and nothing else.
    cursor.execute("SET LOCAL enable_seqscan = off")
    cursor.execute("SET LOCAL enable_hashjoin = off")
    cursor.execute("SET LOCAL enable_mergejoin = off")
    # Without this one, it may keep the later rows aside and compare each contact with all of them.
    cursor.execute("SET LOCAL enable_material = off")
    _insert_strangers(cursor, file_id, tally)
    tally.duplicates = sum(len(rows) for rows in tally.repeated.values())
    later = ", ".join(
        f'{{"email": {encode_basestring(email)}, {_laid_over(rows)}}}'
        for email, rows in tally.repeated.items()
        if rows
    )
    cursor.execute(
        "UPDATE contacts_contact c SET fields = later.fields || c.fields,"
        " mobile = CASE WHEN c.mobile = '' THEN later.mobile ELSE c.mobile END"
        " FROM jsonb_to_recordset(%s) AS later (email text, mobile text, fields jsonb)"
        " CROSS JOIN LATERAL (SELECT id FROM contacts_contact WHERE file_id = %s"
        ' AND email = later.email COLLATE "C" LIMIT 1) AS first'
        " WHERE c.id = first.id"
        " AND ((c.mobile = '' AND later.mobile <> '') OR later.fields || c.fields <> c.fields)",
        [f"[{later}]", file_id],
    )


def _insert_strangers(cursor: Cursor, file_id: int, tally: Tally) -> None:
    """Two addresses of one fingerprint: those that the database does not know are new after all."""
    cursor.execute(
        "SELECT seen.email FROM unnest(%s::text[]) AS seen (email) WHERE"
        " (SELECT id FROM contacts_contact WHERE file_id = %s"
        ' AND email = seen.email COLLATE "C" LIMIT 1) IS NULL',
        [list(tally.repeated), file_id],
    )
    for (stranger,) in cursor.fetchall():
        line, (email, mobile, fields, _) = tally.repeated[stranger].pop(0)
        cursor.execute(
            "INSERT INTO contacts_contact (file_id, line, email, mobile, fields)"
            " VALUES (%s, %s, %s, %s, %s)",
            [file_id, line, email, mobile, fields],
        )
        tally.accepted += 1


def _laid_over(rows: list[tuple[int, Taken]]) -> str:
    """JSON of the mobile and fields that several rows give together, the earlier ones on top."""
    mobile = next((mobile for _, (_, mobile, _, _) in rows if mobile), "")
    fields = rows[0][1][2]
    if len(rows) > 1:
        merged: dict[str, str] = {}
        for _, row in reversed(rows):
            merged |= json.loads(row[2])
        fields = json.dumps(merged)
    return f'"mobile": "{mobile}", "fields": {fields}'


def advance(cursor: Cursor, file: ContactFile, tally: Tally, first_id: int) -> None:
    """Write the counters and where the next chunk begins."""
    refused = Counter(file.refused)
    refused.update(reason for _, reason, _ in tally.refusals)
    file.refused = dict(refused)
    cursor.execute(
        "UPDATE contacts_contactfile SET cursor = cursor + %s, rows_read = rows_read + %s,"
        " blank_rows = blank_rows + %s, accepted = accepted + %s, duplicates = duplicates + %s,"
        " opposed = opposed + %s, mobiles_dropped = mobiles_dropped + %s, refused = %s,"
        " first_contact_id = coalesce(first_contact_id, %s),"
        " last_contact_id = currval(pg_get_serial_sequence('contacts_contact', 'id')),"
        " progressed_at = statement_timestamp() WHERE id = %s",
        [
            tally.records,
            tally.records - tally.blank,
            tally.blank,
            tally.accepted,
            tally.duplicates,
            tally.opposed,
            tally.mobiles_dropped,
            json.dumps(file.refused),
            first_id,
            file.pk,
        ],
    )
