"""The rows of a suspicious file, whatever it is: CSV, text, workbook, or an archive of one."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from marketingconnect.contacts.reading.layout import (
    Layout,
    UnreadableFileError,
    guess_layout,
    records_of,
)
from marketingconnect.contacts.reading.spreadsheet import (
    WorkbookError,
    sheet_names,
    spreadsheet_records,
)

_BLANKS: Final = re.compile(r"\s{2,}")
_TEXTS: Final = (".csv", ".txt", ".tsv", ".xlsx")


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """The file itself, or the largest list of an archive, unpacked as long as it is needed.

    Raises UnreadableFileError.
    """
    if not zipfile.is_zipfile(path) or sheet_names(path):
        yield path
        return
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        lists = [part for part in archive.infolist() if part.filename.lower().endswith(_TEXTS)]
        if not lists:
            raise UnreadableFileError("Cette archive ne contient ni CSV, ni texte, ni classeur.")
        largest = max(lists, key=lambda part: part.file_size)
        target = Path(folder) / f"liste{Path(largest.filename).suffix.lower()}"
        with archive.open(largest) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        yield target


def rows_of(path: Path) -> Iterator[list[str]]:
    """The cells of each row that has any; every sheet of a workbook. Raises UnreadableFileError."""
    layout = guess_layout(path)
    if layout.kind == "xlsx":
        for sheet in sheet_names(path):
            yield from _rows_of_sheet(path, sheet)
        return
    yield from _rows_of_text(path, layout)


def _rows_of_sheet(path: Path, sheet: str) -> Iterator[list[str]]:
    try:
        for _, cells in spreadsheet_records(path, sheet):
            if any(cells):
                yield list(cells)
    except WorkbookError as error:
        raise UnreadableFileError("Ce classeur est abîmé.") from error


def _rows_of_text(path: Path, layout: Layout) -> Iterator[list[str]]:
    """Without a separator, what stands apart by two blanks is a cell: a text of fixed width."""
    for _, cells in records_of(path, layout):
        if isinstance(cells, str):
            cells = [cells]
        if len(cells) == 1:
            cells = _BLANKS.split(cells[0].strip())
        if any(cells):
            yield cells
