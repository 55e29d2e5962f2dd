"""The columns of a release, their DuckDB types, and their order.

Rows are numbered in the sorted order: regions of the country, households and addresses are runs
of neighbouring rows, which keeps bitmaps small and lets Parquet skip what a query leaves out.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from marketingconnect.base.vocabulary import Channel, Population

Columns = Mapping[str, str]

FORMAT: Final = 1
"""Version of this layout, written in each manifest."""
DAY_ZERO: Final = date(2000, 1, 1)
"""Columns `<channel>_on` count days from here."""
ROW_GROUP: Final = 122_880

CHANNEL_VALUES: Final[Mapping[Channel, str]] = {
    Channel.PHONE: "phone",
    Channel.MOBILE: "mobile",
    Channel.EMAIL: "email",
}
"""The column that holds the number or address of a channel; post has the address lines."""

_ADDRESS_LINES: Final[Columns] = {
    "line2": "VARCHAR",
    "line3": "VARCHAR",
    "line4": "VARCHAR",
    "line5": "VARCHAR",
    "postal_code": "VARCHAR",
    "town": "VARCHAR",
}
_PLACE: Final[Columns] = {
    "commune": "VARCHAR",
    "iris": "VARCHAR",
    "departement": "VARCHAR",
    "region": "VARCHAR",
    "epci": "VARCHAR",
    "zone": "UTINYINT",
    "x": "INTEGER",
    "y": "INTEGER",
}
_CHANNELS: Final[Columns] = {
    **{
        f"{channel}_{suffix}": kind
        for channel in Channel
        for suffix, kind in (("supplier", "USMALLINT"), ("on", "USMALLINT"), ("proof", "UINTEGER"))
    },
    **dict.fromkeys(CHANNEL_VALUES.values(), "VARCHAR"),
}
CONSUMERS: Final[Columns] = {
    "row_no": "UINTEGER",
    "record_key": "BIGINT",
    "household_no": "UINTEGER",
    "address_no": "UINTEGER",
    "household_key": "BIGINT",
    "civility": "UTINYINT",
    "first_name": "VARCHAR",
    "last_name": "VARCHAR",
    **_ADDRESS_LINES,
    **_PLACE,
    "age_band": "UTINYINT",
    "sex": "UTINYINT",
    "housing": "UTINYINT",
    "tenure": "UTINYINT",
    "income_band": "UTINYINT",
    **_CHANNELS,
}
PROFESSIONALS: Final[Columns] = {
    "row_no": "UINTEGER",
    "record_key": "BIGINT",
    "siret": "VARCHAR",
    "siren": "VARCHAR",
    "company_no": "UINTEGER",
    "address_no": "UINTEGER",
    "name": "VARCHAR",
    "trade_name": "VARCHAR",
    **_ADDRESS_LINES,
    **_PLACE,
    "naf": "VARCHAR",
    "naf25": "VARCHAR",
    "headcount": "VARCHAR",
    "legal_form": "VARCHAR",
    "head_office": "BOOLEAN",
    "sole_trader": "BOOLEAN",
    "created_on": "DATE",
    "has_trade_name": "BOOLEAN",
    **_CHANNELS,
}
COLUMNS: Final[Mapping[Population, Columns]] = {
    Population.CONSUMERS: CONSUMERS,
    Population.PROFESSIONALS: PROFESSIONALS,
}
NUMBERED: Final = ("row_no", "household_no", "company_no", "address_no")
"""What the builder numbers itself, from 0, in the sorted order."""
INPUT_COLUMNS: Final[Mapping[Population, Columns]] = {
    population: {
        **{name: kind for name, kind in columns.items() if name not in NUMBERED},
        "address_key": "BIGINT",
    }
    for population, columns in COLUMNS.items()
}
"""What a source of rows gives the builder: `address_key` says which rows share an address."""

PROOFS: Final[Columns] = {
    "proof": "UINTEGER",
    "supplier": "USMALLINT",
    "channel": "UTINYINT",
    "ground": "VARCHAR",
    "collected_on": "DATE",
    "source": "VARCHAR",
    "form": "VARCHAR",
    "form_version": "VARCHAR",
    "wording": "VARCHAR",
    "recipients": "VARCHAR",
    "proof_hash": "VARCHAR",
}
"""`proofs.parquet`, sorted by `proof`, from 1: where each permission to write comes from.

`ground` is `consent` or `legitimate_interest`; `channel` is `Channel.number`; `proof_hash` is
the SHA-256 in hexadecimal of the piece the supplier keeps, empty for a public register.
"""
TOMBSTONES: Final[Columns] = {
    "record_key": "BIGINT",
    "siren": "VARCHAR",
    "siret": "VARCHAR",
    "reason": "VARCHAR",
    "since": "DATE",
}
"""`tombstones.parquet`: what must never leave, even from an older frozen selection."""

SORT_ORDER: Final[Mapping[Population, tuple[str, ...]]] = {
    Population.CONSUMERS: (
        "zone",
        "departement",
        "commune",
        "iris",
        "housing",
        "tenure",
        "income_band",
        "address_no",
        "household_no",
    ),
    Population.PROFESSIONALS: ("zone", "departement", "commune", "iris", "naf", "address_no"),
}
"""What rows are sorted by: each value of a household's or address's column is its first row's,
so that an address is never cut in two by a difference between its households."""

PARTS: Final = "part-*.parquet"
PROOFS_FILE: Final = "proofs.parquet"
TOMBSTONES_FILE: Final = "tombstones.parquet"
MANIFEST_FILE: Final = "manifest.json"
INDEX_FOLDER: Final = "index"


class WrongColumnsError(ValueError):
    """A file that is not of this layout; the message names the columns."""


def day_number(day: date) -> int:
    """A date as columns `<channel>_on` hold it."""
    return (day - DAY_ZERO).days


def parts_of(folder: Path) -> list[str]:
    """The Parquet files of a release, in the order of their rows."""
    return [str(part) for part in sorted(folder.glob(PARTS))]


def select_list(columns: Columns) -> str:
    """Each column cast to its type, for the SELECT of a source or of a part."""
    return ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns.items())


def check_columns(connection: Any, source: str, expected: Columns) -> None:
    """Raise WrongColumnsError unless the SQL source has exactly these columns and types.

    `source` goes after FROM: `read_parquet('…')`, a table, or a SELECT in parentheses.
    """
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
    found = {row[0]: row[1] for row in rows}
    wrong = [
        f"{name}: {found.get(name, 'missing')} instead of {expected.get(name, 'nothing')}"
        for name in (*expected, *(extra for extra in found if extra not in expected))
        if found.get(name) != expected.get(name)
    ]
    if wrong:
        raise WrongColumnsError("; ".join(wrong))
    if list(found) != list(expected):
        raise WrongColumnsError(f"order: {', '.join(found)}")


def check_parquet(connection: Any, path: Path | str, expected: Columns) -> None:
    """The same for one Parquet file, or for several by a pattern."""
    check_columns(connection, f"read_parquet('{path}')", expected)
