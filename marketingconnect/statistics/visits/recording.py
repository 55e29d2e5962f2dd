"""A visit on its way to the database: one line of COPY, whose key makes a second copy harmless."""

import itertools
import os
import time
from collections.abc import Iterable
from typing import Final

from django.db import connection

_COLUMNS: Final = "id, campaign_id, position, link, kind, at, signal"
COPY: Final = f"COPY statistics_visit ({_COLUMNS}) FROM STDIN"
_ARRIVE: Final = (
    f"INSERT INTO statistics_visit ({_COLUMNS})"  # noqa: S608
    " SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::int[], %s::smallint[], %s::text[],"
    " %s::timestamptz[], %s::text[]) ON CONFLICT (id) DO NOTHING"
)


def visit_line(
    *, campaign_id: int, position: int, link: int, kind: str, at: str, signal: str
) -> bytes:
    """For COPY in text form; none of its fields can hold a tab or a backslash.

    `position` 0: nobody knows whose; `link` 0: an opening, or the link that nobody sees; `at` is
    an instant in ISO 8601.
    """
    return (f"{new_key()}\t{campaign_id}\t{position}\t{link}\t{kind}\t{at}\t{signal}\n").encode(
        "ascii"
    )


_OURS: Final = f"{0x8 | os.urandom(1)[0] & 0x3:x}{os.urandom(8).hex()[1:]}"
"""Of this process alone: two of them never make the same key."""
_turns: Final = itertools.count()


def new_key() -> str:
    """A key that sorts by time, so that the index grows at its end (UUID version 7)."""
    return f"{time.time_ns() // 1_000_000:012x}7{next(_turns) & 0xFFF:03x}{_OURS}"


def record_visits(lines: Iterable[bytes]) -> int:
    """Write lines that may be there already; returns how many were new."""
    rows = [line.decode("ascii").rstrip("\n").split("\t") for line in lines]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVE, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)
