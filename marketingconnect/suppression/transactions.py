"""Read what was written since last time, and miss nothing that committed late.

Each row keeps the number of the transaction that wrote it. A snapshot of PostgreSQL says which
transactions it saw; the next reading asks for the rows of all the others. A row whose transaction
was still open at the last reading is so found at the first one after it ends, whatever its id.
"""

from dataclasses import dataclass

from django.db import models
from django.db.models.functions import Cast


def current_transaction() -> models.Expression:
    """The number of the transaction that writes, for a column's default or an update."""
    number = models.Func(function="pg_current_xact_id", output_field=models.TextField())
    return Cast(Cast(number, models.TextField()), models.BigIntegerField())


@dataclass(frozen=True, slots=True)
class Seen:
    """The transactions that a reading saw: all before `end`, but those still open."""

    end: int = 0
    still_open: tuple[int, ...] = ()

    @classmethod
    def of_snapshot(cls, text: str) -> "Seen":
        """Out of the SQL of SNAPSHOT: `10:20:10,14`, our own transaction at the end."""
        _, end, still_open = text.split(":")
        return cls(int(end), tuple(int(number) for number in still_open.split(",") if number))


NOTHING_SEEN = Seen()
SNAPSHOT = "concat(pg_current_snapshot()::text, ',', pg_current_xact_id_if_assigned()::text)"
"""SQL of a snapshot for `Seen`: our own transaction may still write, and counts as open."""
UNSEEN = "(written_in >= %s OR written_in = ANY(%s))"
"""SQL of the rows to read again; its parameters are `end` and the list of `still_open`."""


def any_unseen(table: str, condition: str = "true") -> str:
    """SQL that tells whether there are such rows, with the same two parameters.

    Only ends of the index are looked at, whatever the planner knows of the table.
    """
    latest = f"SELECT max(written_in) FROM {table} WHERE {condition}"  # noqa: S608
    return (
        f"(coalesce(({latest}) >= %s, false) OR EXISTS (SELECT FROM unnest(%s::bigint[]) o(x)"
        f" WHERE o.x = ({latest} AND written_in <= o.x)))"
    )
