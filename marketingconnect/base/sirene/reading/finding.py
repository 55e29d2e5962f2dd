"""Where a number stands in a stock file: the file is read again, once, to say it."""

from pathlib import Path
from typing import Any

import duckdb

from marketingconnect.base.engine import quoted
from marketingconnect.base.sirene.reading.archive import byte_chunks, form_of
from marketingconnect.base.sirene.reading.pieces import pieces


def lines_holding(path: Path, number: str, *, most: int = 2) -> list[int]:
    """The first lines that have this number between two commas, from 1."""
    if form_of(path) == "parquet":
        return _rows_holding(path, number, most)
    found: list[int] = []
    cells = [cell + number.encode() + b"," for cell in (b"\n", b",")]
    for piece in pieces(byte_chunks(path)):
        for cell in cells:
            found += _lines_in(b"\n" + piece.content, cell, piece.first_line)
        if len(found) >= most:
            break
    return sorted(found)[:most]


def _lines_in(content: bytes, cell: bytes, first_line: int) -> list[int]:
    """Lines of a piece, which has one more line end at its head, where a cell stands."""
    found, place = [], content.find(cell)
    while place >= 0:
        breaks = content.count(b"\n", 0, place + 1)
        found.append(first_line + breaks - 1)
        place = content.find(cell, place + 1)
    return found


def _rows_holding(path: Path, number: str, most: int) -> list[int]:
    key = "siret" if len(number) == 14 else "siren"
    with duckdb.connect() as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            f"SELECT file_row_number + 1 FROM read_parquet({quoted(path)}, file_row_number = true)"  # noqa: S608
            f" WHERE COLUMNS(name -> trim(name) = '{key}') = {quoted(number)} ORDER BY 1"
            f" LIMIT {most}"
        ).fetchall()
    return [row[0] for row in rows]
