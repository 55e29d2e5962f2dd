"""How much each destination was written to, by day: what a warm-up counts, all senders together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection, transaction

_ADD: Final = """
insert into sending_destinationday (day, name, sent) values (%s, %s, %s)
on conflict (day, name) do update set sent = sending_destinationday.sent + excluded.sent
"""
_READ: Final = """
select name, min(day), coalesce(sum(sent) filter (where day = %s), 0)
  from sending_destinationday where name = any(%s) group by name
"""


@dataclass(frozen=True, slots=True)
class DestinationAge:
    """Days since the first message ever, and how many went today."""

    age: int
    sent: int


@transaction.atomic
def count_destinations(sent: Mapping[str, int], today: date) -> dict[str, DestinationAge]:
    """Add what was sent since the last count, and say where each destination stands today."""
    with connection.cursor() as cursor:
        # In one order, so that two senders never wait for each other.
        for name, number in sorted(sent.items()):
            if number:
                cursor.execute(_ADD, [today, name, number])
        cursor.execute(_READ, [today, list(sent)])
        found = {name: DestinationAge((today - first).days, n) for name, first, n in cursor}
    return {name: found.get(name, DestinationAge(0, 0)) for name in sent}
