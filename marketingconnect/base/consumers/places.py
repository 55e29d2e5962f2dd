"""The commune of an address, from its postal code and the name of its town."""

import difflib
from functools import lru_cache
from typing import Final

from marketingconnect.base.consumers.fallback import Row, fill
from marketingconnect.base.engine import DuckDB
from marketingconnect.geography import (
    Commune,
    communes,
    communes_of,
    find_commune,
    routing_label,
    unaccented,
)

_CLOSE_ENOUGH: Final = 0.86
COLUMNS: Final = ("commune", "label", "departement", "region", "epci", "zone", "x", "y")


def load_places(connection: DuckDB) -> None:
    """Make the table `places` of every commune."""
    fill(
        connection,
        "named_places",
        COLUMNS,
        (
            (c.code, c.label, c.departement, c.region, c.epci, int(c.zone), c.x, c.y)
            for c in communes()
        ),
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE places AS SELECT * REPLACE (CAST(zone AS UTINYINT) AS zone,"
        " CAST(x AS INTEGER) AS x, CAST(y AS INTEGER) AS y) FROM named_places"
    )


@lru_cache(maxsize=200_000)
def place_told(row: Row) -> Row:
    """Postal code, town and code told -> the same, the commune, and what is wrong without one."""
    postal_code, town, told = row
    found = find_commune(told) if told else None
    sharing = communes_of(postal_code=postal_code)
    if found is None:
        found = _named(town, sharing)
    if found is not None:
        return (*row, found.code, "")
    return (*row, "", "town" if sharing else "postal_code")


def _named(town: str, sharing: tuple[Commune, ...]) -> Commune | None:
    """The one of these communes that is called so; the only one whatever it is called."""
    if len(sharing) == 1:
        return sharing[0]
    label, plain = routing_label(town), unaccented(town)
    for commune in sharing:
        if label == commune.label or plain == unaccented(commune.name):
            return commune
    names = {commune.label: commune for commune in sharing}
    close = difflib.get_close_matches(label, names, n=1, cutoff=_CLOSE_ENOUGH)
    return names[close[0]] if close else None
