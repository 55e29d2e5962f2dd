"""What the kernel alone can decide, asked once for each distinct writing."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from marketingconnect.base.engine import DuckDB
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import PhoneKind, normalise_phone
from marketingconnect.kernel.postal_address import PersonalAddress
from marketingconnect.kernel.territory import territory_of_postal_code

Row = tuple[str, ...]
_KINDS: Final = {PhoneKind.MOBILE: "mobile", PhoneKind.LANDLINE: "landline"}


def phone_as_the_kernel_reads(row: Row) -> Row:
    """Raw number and postal code -> the same, E.164 and its kind; both empty when invalid."""
    raw, postal_code = row
    try:
        phone = normalise_phone(raw, territory_of_postal_code(postal_code))
    except InvalidValueError:
        return (raw, postal_code, "", "")
    return (raw, postal_code, phone.e164, _KINDS.get(phone.kind, ""))


def email_as_the_kernel_reads(row: Row) -> Row:
    """Raw address -> the same and its canonical form, empty when invalid."""
    try:
        return (row[0], normalise_email(row[0]))
    except InvalidValueError:
        return (row[0], "")


def lines_as_the_kernel_lays(row: Row) -> Row:
    """Raw lines 2 to 5 -> the same, laid out; a mark tells whether they can be printed."""
    address = PersonalAddress(
        name="X",
        inside=row[0],
        building=row[1],
        street=row[2],
        place=row[3],
        postal_code="75001",
        town="PARIS",
    )
    laid = address.six_lines()[1:5]
    return (*row, *laid, "" if address.errors() else "1")


def ask(
    connection: DuckDB,
    query: str,
    answer: Callable[[Row], Row],
    *,
    table: str,
    columns: tuple[str, ...],
) -> None:
    """Fill a temporary table with the answer to each row of the query."""
    answers = [answer(row) for row in connection.execute(query).fetchall()]
    fill(connection, table, columns, answers)


def fill(
    connection: DuckDB, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Replace a temporary table of text columns by these rows."""
    values = list(rows)
    gathered = {
        name: np.array([row[place] for row in values], dtype=object)
        for place, name in enumerate(columns)
    }
    names = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in columns)
    if not values:
        empty = ", ".join(f"'' AS {name}" for name in columns)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {empty} WHERE false")
        return
    connection.register("filling", gathered)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {names} FROM filling")
    connection.unregister("filling")
