"""An Excel workbook written as it comes: every cell is text, so no code loses its first zero.

The parts of the archive that name the sheets are written last, when their number is known. The
stream must allow going back: sizes are then told at the head of each part, where every reader
looks for them, and two runs over the same rows give the same bytes.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import IO, BinaryIO, Final
from xml.sax.saxutils import escape

from marketingconnect.targeting.files.batches import Batch, Column
from marketingconnect.targeting.files.cells import texts, without_controls

SHEET_ROWS: Final = 1_048_576
"""Lines of a sheet, its header included: Excel knows no more."""

LONGEST_CELL: Final = 32_767
_FULL_SHEET: Final = 3_500_000_000
"""Bytes of a sheet before another is begun: parts of 4 GB need an extension few readers know."""

_NAMESPACE: Final = "http://schemas.openxmlformats.org"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = f'xmlns="{_NAMESPACE}/spreadsheetml/2006/main"'
_LINKS: Final = f"{_NAMESPACE}/officeDocument/2006/relationships"
_MARKUP: Final = ("&", "<", ">")
_TEXT, _TITLE, _WRAPPED = 1, 2, 3
_EMPTY: Final = f'<c s="{_TEXT}"/>'
_BEFORE: Final = f'<c s="{_TEXT}" t="inlineStr"><is><t>'
_AFTER: Final = "</t></is></c>"
_NOTICE_WIDTH: Final = 100
_LINE_POINTS: Final = 14
_FITTED: Final = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
_ON_PAPER: Final = '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
"""All columns on an A4 page, as many pages as there are rows."""
_STYLES: Final = (
    f"{_HEAD}<styleSheet {_MAIN}>"
    '<fonts count="2"><font><sz val="10"/><name val="Arial"/></font>'
    '<font><b/><sz val="10"/><color rgb="FFFFFFFF"/><name val="Arial"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF1F3A5F"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" applyNumberFormat="1" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="49" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>'
)


def write_workbook(
    stream: BinaryIO,
    columns: Sequence[Column],
    batches: Iterable[Batch],
    *,
    sheet: str,
    notice: tuple[str, Sequence[str]] | None = None,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write the rows under a frozen header, in as many sheets as they need; returns the rows.

    `notice` is the title and the paragraphs of a sheet that comes last: mail-merge programs take
    the first one.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        book = _Book(archive)
        written = _Rows(columns, batches, sheet_rows)
        number = 1
        while number == 1 or written.more:
            book.add(sheet if number == 1 else f"{sheet} {number}", written.next_sheet())
            number += 1
        if notice is not None:
            book.add(notice[0], _notice_sheet(notice[1]))
        book.close()
    return written.count


class _Book:
    """The archive, and the names of its sheets so far."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names: list[str] = []

    def add(self, name: str, pieces: Iterable[str]) -> None:
        self._names.append(name)
        with self._part(f"xl/worksheets/sheet{len(self._names)}.xml") as part:
            for piece in pieces:
                part.write(piece.encode())

    def close(self) -> None:
        """Write the parts that tell what there is."""
        numbers = range(1, len(self._names) + 1)
        for name, text in {
            "xl/styles.xml": _STYLES,
            "xl/workbook.xml": _workbook(self._names),
            "xl/_rels/workbook.xml.rels": _relations(
                [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
                + [("rIdStyles", "styles", "styles.xml")]
            ),
            "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
            "[Content_Types].xml": _content_types(len(self._names)),
        }.items():
            with self._part(name) as part:
                part.write(text.encode())

    def _part(self, name: str) -> IO[bytes]:
        entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        return self._archive.open(entry, "w")


class _Rows:
    """Rows of batches, cut into sheets."""

    def __init__(
        self, columns: Sequence[Column], batches: Iterable[Batch], sheet_rows: int
    ) -> None:
        self._columns = columns
        self._batches = iter(batches)
        self._room = sheet_rows - 1
        self._waiting: list[str] = []
        self.more = True
        self.count = 0

    def next_sheet(self) -> Iterator[str]:
        yield self._beginning()
        room, size = self._room, 0
        while room and size < _FULL_SHEET and self._refill():
            taken, self._waiting = self._waiting[:room], self._waiting[room:]
            room -= len(taken)
            self.count += len(taken)
            piece = "".join(taken)
            size += len(piece)
            yield piece
        self._refill()
        yield f"</sheetData>{_ON_PAPER}</worksheet>"

    def _refill(self) -> bool:
        while not self._waiting and self.more:
            batch = next(self._batches, None)
            if batch is None:
                self.more = False
            else:
                self._waiting = _row_texts(self._columns, batch)
        return bool(self._waiting)

    def _beginning(self) -> str:
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{min(max(c.width, len(c.title)) + 2, 60)}"'
            ' customWidth="1"/>'
            for n, c in enumerate(self._columns, start=1)
        )
        titles = "".join(_cell(column.title, _TITLE) for column in self._columns)
        return (
            f'{_HEAD}<worksheet {_MAIN}>{_FITTED}<sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            f"</sheetView></sheetViews><cols>{widths}</cols><sheetData><row>{titles}</row>"
        )


def _row_texts(columns: Sequence[Column], batch: Batch) -> list[str]:
    """The mark-up of each row; a column without an empty value needs no work of its own."""
    pattern = ["<row>"]
    values: list[Sequence[str]] = []
    for column in columns:
        column_values = _cell_texts(texts(batch.columns[column.name]))
        if "" in column_values:
            pattern.append("%s")
            column_values = [f"{_BEFORE}{v}{_AFTER}" if v else _EMPTY for v in column_values]
        else:
            pattern += [_BEFORE, "%s", _AFTER]
        values.append(column_values)
    row = "".join([*pattern, "</row>"])
    return [row % cells for cells in zip(*values, strict=True)]


def _cell_texts(values: Sequence[str]) -> Sequence[str]:
    together = "".join(values)
    if len(together) > LONGEST_CELL and max(map(len, values)) > LONGEST_CELL:
        values = [value[:LONGEST_CELL] for value in values]
    if any(sign in together for sign in _MARKUP):
        return [escape(value) for value in values]
    return values


def _cell(text: str, style: int) -> str:
    return f'<c s="{style}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _notice_sheet(paragraphs: Sequence[str]) -> Iterator[str]:
    """One wide column of sentences; heights are told, for not every program finds them."""
    yield f"{_HEAD}<worksheet {_MAIN}>{_FITTED}"
    yield f'<cols><col min="1" max="1" width="{_NOTICE_WIDTH}" customWidth="1"/></cols><sheetData>'
    for text in map(without_controls, paragraphs):
        lines = max(1, len(wrap(text, _NOTICE_WIDTH)))
        cell = _cell(text, _WRAPPED) if text else ""
        yield f'<row ht="{lines * _LINE_POINTS}" customHeight="1">{cell}</row>'
    yield f"</sheetData>{_ON_PAPER}</worksheet>"


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, start=1)
    )
    return f'{_HEAD}<workbook {_MAIN} xmlns:r="{_LINKS}"><sheets>{sheets}</sheets></workbook>'


def _relations(links: Iterable[tuple[str, str, str]]) -> str:
    package = f"{_NAMESPACE}/package/2006/relationships"
    found = "".join(
        f'<Relationship Id="{name}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for name, kind, target in links
    )
    return f'{_HEAD}<Relationships xmlns="{package}">{found}</Relationships>'


def _content_types(sheets: int) -> str:
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"} | {
        f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in range(1, sheets + 1)
    }
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{office}.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_NAMESPACE}/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>"
    )
