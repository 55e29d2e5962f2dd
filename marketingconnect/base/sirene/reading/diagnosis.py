"""Find the first fault of a piece, record after record: slow, and only asked once."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from marketingconnect.base.sirene.layout import MASKED, StockKind
from marketingconnect.base.sirene.reading.errors import StockFileError, shown
from marketingconnect.base.sirene.reading.header import Header
from marketingconnect.base.sirene.reading.pieces import Piece

LONGEST_LINE: Final = 1 << 20
_KEYS: Final = {"siret": re.compile(r"[0-9]{14}"), "siren": re.compile(r"[0-9]{9}")}


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a date of a file may have."""

    first: date
    last: date


def fault_of(
    path: Path, piece: Piece, header: Header, kind: StockKind, span: Span
) -> StockFileError | None:
    """The first thing that is wrong, as an error to raise; None when nothing is."""
    for finder in (_long_line, _encoding):
        if found := finder(path, piece):
            return found
    try:
        for line, record in _records(piece):
            if found := _in_record(path, line, record, header, kind, span):
                return found
    except csv.Error as error:
        return StockFileError(
            path, f"un guillemet n’est pas à sa place ({error}).", line=piece.first_line
        )
    return None


def _long_line(path: Path, piece: Piece) -> StockFileError | None:
    for number, line in enumerate(piece.content.split(b"\n")):
        if len(line) > LONGEST_LINE:
            return too_long(path, piece.first_line + number)
    return None


def too_long(path: Path, line: int) -> StockFileError:
    """A record without end."""
    return StockFileError(
        path,
        "cette ligne ne finit pas : elle est trop longue, ou un guillemet y reste ouvert.",
        line=line,
    )


def _encoding(path: Path, piece: Piece) -> StockFileError | None:
    try:
        piece.content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = piece.first_line + piece.content.count(b"\n", 0, error.start)
        return StockFileError(
            path, "un caractère n’est pas en UTF-8 : reprenez le fichier de l’INSEE.", line=line
        )
    return None


def _records(piece: Piece) -> Iterator[tuple[int, list[str]]]:
    """Each record and the line it starts on."""
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(io.StringIO(piece.content.decode("utf-8"), newline=""), strict=True)
    starts = 0
    for record in reader:
        yield piece.first_line + starts, record
        starts = reader.line_num


def _in_record(
    path: Path, line: int, record: Sequence[str], header: Header, kind: StockKind, span: Span
) -> StockFileError | None:
    if len(record) != len(header.names):
        return StockFileError(
            path,
            f"{len(record)} valeurs pour {len(header.names)} colonnes.",
            line=line,
        )
    values = dict(zip(header.names, record, strict=True))
    for wanted in kind.wanted:
        value = values.get(wanted.name, "")
        shape = _KEYS.get(wanted.ours)
        if shape and not shape.fullmatch(value):
            what = f"{shown(value)} n’est pas un numéro {wanted.ours.upper()}."
            return StockFileError(path, what, line=line, column=wanted.name)
        if wanted.kind == "DATE" and not _is_day(value, span):
            what = (
                f"{shown(value)} n’est pas une date entre le {span.first:%d/%m/%Y}"
                f" et le {span.last:%d/%m/%Y}."
            )
            return StockFileError(path, what, line=line, column=wanted.name)
    return None


def _is_day(value: str, span: Span) -> bool:
    if value in ("", MASKED):
        return True
    try:
        return span.first <= date.fromisoformat(value) <= span.last
    except ValueError:
        return False
