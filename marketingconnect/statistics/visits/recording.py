"""A visit on its way to the database: one line of COPY, whose key makes a second copy harmless."""

import os
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

_COLUMNS: Final = "id, campaign_id, position, link, kind, at, signal"
COPY: Final = f"COPY statistics_visit ({_COLUMNS}) FROM STDIN"
_ARRIVE: Final = (
    f"INSERT INTO statistics_visit ({_COLUMNS})"  # noqa: S608
    " SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::int[], %s::smallint[], %s::text[],"
    " %s::timestamptz[], %s::text[]) ON CONFLICT (id) DO NOTHING"
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


def record_visits(lines: Iterable[bytes]) -> int:
    """Write lines that may be there already; returns how many were new."""
    rows = [line.decode("ascii").rstrip("\n").split("\t") for line in lines]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVE, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)
