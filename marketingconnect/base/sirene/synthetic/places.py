"""Where false establishments stand: the communes of today, as often as people live there."""

import re
from typing import Any, Final

import numpy as np

from marketingconnect.geography.labels import unaccented
from marketingconnect.geography.places import Commune, communes

SLOTS: Final = 1 << 19
_ARRONDISSEMENT: Final = re.compile(r" ([0-9]+)ER? ARRONDISSEMENT$")


def make_slots(connection: Any) -> int:
    """Create table `slot`: number, commune, postal_code, town, label, x, y. How many numbers."""
    places = [(c, code) for c in communes() for code in c.postal_codes]
    people = np.array([c.population / len(c.postal_codes) for c, _ in places])
    shares = np.maximum(1, np.round(people / people.sum() * SLOTS)).astype(np.int64)
    of_slot = np.repeat(np.arange(len(places)), shares)
    connection.execute(
        "CREATE TEMP TABLE place (place INTEGER, commune VARCHAR, postal_code VARCHAR,"
        " town VARCHAR, label VARCHAR, x INTEGER, y INTEGER)"
    )
    columns = {
        "place": np.arange(len(places), dtype=np.int32),
        "commune": np.array([c.code for c, _ in places], dtype=object),
        "postal_code": np.array([code for _, code in places], dtype=object),
        "town": np.array([_town(c) for c, _ in places], dtype=object),
        "label": np.array([_label(c) for c, _ in places], dtype=object),
        "x": np.array([c.x for c, _ in places], dtype=np.int32),
        "y": np.array([c.y for c, _ in places], dtype=np.int32),
    }
    connection.register("told_places", columns)
    connection.execute("INSERT INTO place SELECT * FROM told_places")
    connection.unregister("told_places")
    numbers = {"slot": np.arange(len(of_slot), dtype=np.int32), "place": of_slot.astype(np.int32)}
    connection.register("told_slots", numbers)
    connection.execute(
        "CREATE TEMP TABLE slot AS"
        " SELECT * EXCLUDE (place) FROM told_slots JOIN place USING (place)"
    )
    connection.unregister("told_slots")
    return len(of_slot)


def _label(commune: Commune) -> str:
    """The town of a CEDEX: the label of La Poste, and the number of a big city's arrondissement."""
    number = _ARRONDISSEMENT.search(unaccented(commune.name))
    return f"{commune.label} {number[1]}" if number else commune.label


def _town(commune: Commune) -> str:
    """As INSEE writes it: capitals without accents, the arrondissement's number for big cities."""
    return _ARRONDISSEMENT.sub(r" \1", unaccented(commune.name))
