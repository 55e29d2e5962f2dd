"""A trap as a row of the base: its own name and address, all else as its neighbour has it."""

from typing import Final

from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.models import TrapVariant

TRAP_RECORD: Final = "-1"
"""The record key of a trap: it is nobody of the base."""


def trap_row(variant: TrapVariant, neighbour: dict[str, str]) -> dict[str, str]:
    """The row, with exactly the columns of the neighbour.

    Enrichment columns are the neighbour's, so that the row fits the criteria like all others.
    """
    person = variant.person
    own = {
        "record_key": TRAP_RECORD,
        "line2": person.line2,
        "line3": person.line3,
        "line4": person.line4,
        "line5": person.line5,
        "postal_code": person.postal_code,
        "town": person.town,
        "commune": person.commune,
        "departement": person.departement,
        "phone": person.phone,
        "siret": person.siret,
        "siren": person.siret[:9],
        "trade_name": "",
        "iris": neighbour.get("iris", "") if neighbour["commune"] == person.commune else "",
    }
    if person.population == Population.PROFESSIONALS:
        own["name"] = variant.last_name
    else:
        own |= {
            "civility": str(person.civility),
            "first_name": _as_written(variant.first_name, neighbour["first_name"]),
            "last_name": _as_written(variant.last_name, neighbour["last_name"]),
        }
    return {name: own.get(name, value) for name, value in neighbour.items()}


def _as_written(name: str, neighbour: str) -> str:
    """In capitals or not, as the neighbour's name is written."""
    return name.title() if any(char.islower() for char in neighbour) else name.upper()
