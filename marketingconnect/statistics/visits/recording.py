"""A visit on its way to the database: one line of COPY, whose key makes a second copy harmless."""

import os
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

_COLUMNS: Final = "id, campaign_id, position, link, kind, at, signal"
COPY: Final = f"COPY statistics_visit ({_COLUMNS}) FROM STDIN"
_TEMPORARY: Final = (
    "CREATE TEMP TABLE arriving (id uuid, campaign_id bigint, position int, link smallint,"
    " kind text, at timestamptz, signal text) ON COMMIT DROP"
)
_ARRIVE: Final = (
    f"INSERT INTO statistics_visit ({_COLUMNS}) SELECT {_COLUMNS} FROM arriving"  # noqa: S608
    " ON CONFLICT (id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """`position` 0: nobody knows whose; `link` 0: an opening, or the link that nobody sees."""

    campaign_id: int
    position: int
    link: int
    kind: str
    at: datetime
    signal: str

    def line(self) -> bytes:
        """For COPY in text form; none of its fields can hold a tab or a backslash."""
        return (
            f"{new_key()}\t{self.campaign_id}\t{self.position}\t{self.link}\t{self.kind}"
            f"\t{self.at.isoformat()}\t{self.signal}\n"
        ).encode("ascii")


def new_key() -> str:
    """A key that sorts by time, so that the index grows at its end (UUID version 7)."""
    stamp = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10))
    number = (stamp << 80 | noise) & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=number & ~(0x3 << 62) | 0x2 << 62))


@transaction.atomic
def record_visits(lines: Iterable[bytes]) -> int:
    """Write lines that may be there already; returns how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(_TEMPORARY)
        with connection.wrap_database_errors, cursor.copy("COPY arriving FROM STDIN") as copy:
            for line in lines:
                copy.write(line)
        cursor.execute(_ARRIVE)
        return int(cursor.rowcount)
