"""Read an Excel workbook (.xlsx) row by row.

A streaming reader of our own: a sheet of a million rows stays within the memory of a CSV import,
where libraries hold every cell at once. Numbers lose no digit, dates become ISO dates.
"""

import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from xml.parsers import expat

from marketingconnect.contacts.reading.records import Record

_ZIP: Final = b"PK\x03\x04"
_CHUNK: Final = 1 << 18
_LARGEST_PART: Final = 6 << 30
_DATE_FORMATS: Final = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_A_FORMAT: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  civil dates
_DIMENSION: Final = re.compile(rb'<(?:\w+:)?dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')
_MOST_COLUMNS: Final = 16_384


class WorkbookError(Exception):
    """The workbook is broken, protected, or holds what none should."""


def is_spreadsheet(beginning: bytes) -> bool:
    """Whether a file that begins so can be an Excel workbook."""
    return beginning.startswith(_ZIP)


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook in their order; none when it cannot be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            return list(_sheets(archive))
    except (zipfile.BadZipFile, WorkbookError, KeyError, OSError):
        return []


def spreadsheet_records(path: Path, sheet: str) -> Iterator[Record]:
    """Every row written in a sheet, with its number in Excel. Raises WorkbookError."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = _sheets(archive)[sheet]
            reader = _SheetReader(_shared_strings(archive), _date_styles(archive), _epoch(archive))
            for _ in _parsed(archive, part, reader.start, reader.end, reader.text):
                yield from reader.taken()
            yield from reader.taken()
    except (zipfile.BadZipFile, KeyError, EOFError, IndexError, zlib.error) as error:
        raise WorkbookError(str(error)) from error


def last_row(path: Path, sheet: str) -> int:
    """The last row that a sheet says it has; 0 when it does not say."""
    with zipfile.ZipFile(path) as archive, archive.open(_sheets(archive)[sheet]) as stream:
        found = _DIMENSION.search(stream.read(4096))
    return int(found[1]) if found else 0


def _parsed(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Feed a part of the archive to handlers; yields after each piece. No part may hold a DTD."""
    if archive.getinfo(part).file_size > _LARGEST_PART:
        raise WorkbookError("part too large")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, found: start(name.rpartition(":")[2], found)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise WorkbookError(str(error)) from error


def _refuse_dtd(*_: object) -> None:
    raise WorkbookError("document type declaration")


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet -> its part of the archive."""
    names: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, found: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((v for k, v in found.items() if k.endswith(":id")), "")
            names[found["name"]] = relation

    def relation(name: str, found: dict[str, str]) -> None:
        if name == "Relationship":
            target = found["Target"]
            targets[found["Id"]] = target[1:] if target[0] == "/" else f"xl/{target}"

    for _ in _parsed(archive, "xl/workbook.xml", sheet):
        pass
    for _ in _parsed(archive, "xl/_rels/workbook.xml.rels", relation):
        pass
    parts = set(archive.namelist())
    return {
        name: targets[relation]
        for name, relation in names.items()
        if "worksheets/" in targets.get(relation, "") and targets[relation] in parts
    }


class _Strings:
    """Texts kept end to end as UTF-8: a third of the memory of as many objects."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._ends = array("Q", [0])

    def append(self, text: str) -> None:
        self._text += text.encode("utf-8", "replace")
        self._ends.append(len(self._text))

    def __getitem__(self, index: int) -> str:
        return self._text[self._ends[index] : self._ends[index + 1]].decode()


class _StringsReader:
    """Handlers that keep the texts of a workbook, without the phonetic guides beside them."""

    def __init__(self) -> None:
        self.strings = _Strings()
        self._pieces: list[str] = []
        self._inside = self._phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        self._phonetic = self._phonetic or name == "rPh"
        self._inside = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.strings.append("".join(self._pieces))
            self._pieces.clear()

    def text(self, found: str) -> None:
        if self._inside:
            self._pieces.append(found)


def _shared_strings(archive: zipfile.ZipFile) -> _Strings:
    reader = _StringsReader()
    part = "xl/sharedStrings.xml"
    if part in archive.namelist():
        for _ in _parsed(archive, part, reader.start, reader.end, reader.text):
            pass
    return reader.strings


class _StylesReader:
    """Handlers that keep which styles of cells show a date."""

    def __init__(self) -> None:
        self._dates = set(_DATE_FORMATS)
        self._styles: list[int] = []
        self._inside = False

    def start(self, name: str, found: dict[str, str]) -> None:
        if name == "numFmt":
            code = _NOT_A_FORMAT.sub("", found.get("formatCode", "")).lower()
            if set(code) & set("ymd") and "0" not in code:
                self._dates.add(int(found["numFmtId"]))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._styles.append(int(found.get("numFmtId", 0)))

    def end(self, name: str) -> None:
        self._inside = self._inside and name != "cellXfs"

    def dates(self) -> frozenset[int]:
        return frozenset(i for i, number in enumerate(self._styles) if number in self._dates)


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a date."""
    reader = _StylesReader()
    part = "xl/styles.xml"
    if part in archive.namelist():
        for _ in _parsed(archive, part, reader.start, reader.end):
            pass
    return reader.dates()


def _epoch(archive: zipfile.ZipFile) -> datetime:
    """Day 0 of the workbook: old ones made on a Mac count from 1904."""
    since_1904 = False

    def start(name: str, found: dict[str, str]) -> None:
        nonlocal since_1904
        if name == "workbookPr":
            since_1904 = found.get("date1904", "0") in {"1", "true"}

    for _ in _parsed(archive, "xl/workbook.xml", start):
        pass
    return _EPOCH_1904 if since_1904 else _EPOCH


class _SheetReader:
    """Handlers that turn the elements of a sheet into rows of text."""

    def __init__(self, strings: _Strings, date_styles: frozenset[int], epoch: datetime) -> None:
        self._strings = strings
        self._date_styles = date_styles
        self._epoch = epoch
        self._rows: list[Record] = []
        self._columns: dict[str, int] = {}
        self._line = 0
        self._cells: list[str] = []
        self._place = 0
        self._kind = "n"
        self._style = 0
        self._value: list[str] | None = None
        self._inside = False

    def taken(self) -> list[Record]:
        """The rows complete so far, handed over once."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, found: dict[str, str]) -> None:
        if name == "c":
            reference = found.get("r", "").rstrip("0123456789")
            self._place = self._column(reference) if reference else len(self._cells)
            self._kind = found.get("t", "n")
            self._style = int(found.get("s", 0))
            self._value = []
        elif name in {"v", "t"}:
            self._inside = self._value is not None
        elif name == "row":
            self._line = int(found.get("r", self._line + 1))
            self._cells = []

    def text(self, found: str) -> None:
        if self._inside and self._value is not None:
            self._value.append(found)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._inside = False
        elif name == "c" and self._value is not None:
            self._put(self._shown("".join(self._value)))
            self._value = None
        elif name == "row":
            self._rows.append((self._line, self._cells))

    def _column(self, reference: str) -> int:
        known = self._columns.get(reference)
        if known is not None:
            return known
        number = 0
        for letter in reference.upper():
            number = number * 26 + ord(letter) - 64
        if not 0 < number <= _MOST_COLUMNS:
            raise WorkbookError("column out of range")
        self._columns[reference] = number - 1
        return number - 1

    def _put(self, value: str) -> None:
        missing = self._place - len(self._cells)
        if missing >= 0:
            self._cells.extend([""] * missing)
            self._cells.append(value.replace("\0", ""))

    def _shown(self, value: str) -> str:
        if not value:
            return ""
        if self._kind == "s":
            return self._strings[int(value)]
        if self._kind == "n":
            return self._number(value)
        if self._kind == "b":
            return "oui" if value == "1" else "non"
        return "" if self._kind == "e" else value

    def _number(self, value: str) -> str:
        with suppress(ValueError, OverflowError):
            number = float(value)
            if self._style in self._date_styles:
                moment = self._epoch + timedelta(days=number)
                return moment.date().isoformat()
            if number.is_integer() and not value.lstrip("-").isdigit():
                return str(int(number))
        return value
