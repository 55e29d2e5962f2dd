"""The rented addresses of a campaign to the operator's base, as they may be written to that day."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final

import numpy as np

from marketingconnect.base.vocabulary import CIVILITY_LABELS, Population
from marketingconnect.kernel.names import readable_name
from marketingconnect.targeting.extraction import extract_selection
from marketingconnect.targeting.files.batches import Batch
from marketingconnect.targeting.models import Selection
from marketingconnect.targeting.selections.reading import keys_of_selection, rows_of_selection

Rented = tuple[int, str, dict[str, str]]
"""Record key, address (empty once it may not be used), merge fields."""
_COLUMNS: Final[Mapping[Population, Mapping[str, str]]] = {
    Population.CONSUMERS: {
        "civility": "civility",
        "first_name": "first_name",
        "last_name": "last_name",
        "city": "town",
        "postal_code": "postal_code",
    },
    Population.PROFESSIONALS: {
        "company_name": "name",
        "city": "town",
        "postal_code": "postal_code",
    },
}
"""Merge field -> column of the base."""
_SPELLED: Final = frozenset({"first_name", "last_name", "city"})


def rented_fields(population: Population) -> frozenset[str]:
    """The merge fields that the base fills; others take their fallback."""
    return frozenset(_COLUMNS[population])


def rented_contacts(
    selection: Selection, *, fields: Collection[str], on: date
) -> Iterator[list[Rented]]:
    """CGV B.1.3, B.5: everybody of the selection, batch by batch, in the order of the base.

    Those who opposed or were withdrawn since it was frozen come last, without an address: they
    were sold, and are not written to. Raises DeskError when what is live cannot be read.
    """
    columns = _COLUMNS[Population(selection.population)]
    wanted = {name: columns[name] for name in fields if name in columns}
    names = dict.fromkeys(("record_key", "email", *wanted.values()))
    extraction = extract_selection(selection, tuple(names), on=on)
    for batch in extraction.batches():
        yield _rented(batch, wanted)
    if extraction.withdrawn:
        gone = ~np.isin(rows_of_selection(selection), extraction.rows, assume_unique=True)
        keys = keys_of_selection(selection.pk)[gone].tolist()
        yield [(key, "", {}) for key in keys]


def _rented(batch: Batch, wanted: Mapping[str, str]) -> list[Rented]:
    keys, emails = batch.columns["record_key"], batch.columns["email"]
    values = {name: _written(name, batch.columns[column]) for name, column in wanted.items()}
    return [
        (key, email, {name: column[row] for name, column in values.items() if column[row]})
        for row, (key, email) in enumerate(zip(keys, emails, strict=True))
    ]


def _written(name: str, column: Any) -> list[str]:
    if name == "civility":
        return [CIVILITY_LABELS.get(int(value), "") for value in column]
    if name in _SPELLED:
        return [readable_name(value or "") for value in column]
    return [value or "" for value in column]
