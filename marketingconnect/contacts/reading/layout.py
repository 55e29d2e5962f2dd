"""How a file is laid out: guessed from its beginning, confirmed by the client."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from marketingconnect.contacts.columns import is_known_title, looks_like_email
from marketingconnect.contacts.reading.encodings import codec_and_errors, guess_encoding
from marketingconnect.contacts.reading.records import Record, text_records
from marketingconnect.contacts.reading.spreadsheet import (
    is_spreadsheet,
    last_row,
    sheet_names,
    spreadsheet_records,
)

SEPARATORS: Final = {
    ";": "Point-virgule ( ; )",
    ",": "Virgule ( , )",
    "\t": "Tabulation",
    "|": "Barre verticale ( | )",
}
_CHUNK: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 20
_SAMPLE_RECORDS: Final = 200


class UnreadableFileError(Exception):
    """The file is not a list that we can read; the message is for the client."""


@dataclass(frozen=True)
class Layout:
    """`kind` is `text` or `xlsx`; a spreadsheet has a sheet, a text all the rest.

    `skip`: records before the first row (blank lines and titles). `width`: columns of the list.
    `hidden`: sensitive columns, never kept (CGV B.5).
    """

    kind: str = "text"
    encoding: str = "utf-8"
    separator: str = ";"
    quote: str = '"'
    header: bool = True
    sheet: str = ""
    skip: int = 0
    width: int = 1
    hidden: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Layout":
        return cls(**{**kept, "hidden": tuple(kept.get("hidden", ()))})


def records_of(path: Path, layout: Layout) -> Iterator[Record]:
    """Every record of a file, the header and blank lines included."""
    if layout.kind == "xlsx":
        yield from spreadsheet_records(path, layout.sheet)
        return
    with opened(path, layout) as lines:
        yield from text_records(lines, separator=layout.separator, quote=layout.quote)


def opened(path: Path, layout: Layout) -> IO[str]:
    """The text of a file; its three sorts of line ends all read the same."""
    codec, errors = codec_and_errors(layout.encoding)
    return path.open(encoding=codec, errors=errors, newline=None, buffering=1 << 18)


def guess_layout(path: Path) -> Layout:
    """What the file looks like. Raises UnreadableFileError with what to do about it."""
    with path.open("rb") as stream:
        beginning = stream.read(8)
    if not beginning:
        raise UnreadableFileError("Ce fichier est vide.")
    if is_spreadsheet(beginning):
        return _spreadsheet_layout(path)
    _refuse_other_kinds(beginning)
    layout = Layout(encoding=guess_encoding(_chunks_checked(path)))
    with opened(path, layout) as lines:
        sample = [line for line, _ in zip(lines, range(_SAMPLE_RECORDS), strict=False)]
    if not any(line.strip(" \t;,|\r\n\ufeff") for line in sample):
        raise UnreadableFileError("Ce fichier ne contient que des lignes vides.")
    quote = _guess_quote(sample)
    separator = _guess_separator(sample, quote)
    rows = _filled(text_records(sample, separator=separator, quote=quote))
    return replace(layout, separator=separator, quote=quote, header=_has_header(rows))


def _spreadsheet_layout(path: Path) -> Layout:
    names = sheet_names(path)
    if not names:
        raise UnreadableFileError(
            "Ce classeur Excel ne s’ouvre pas : il est abîmé ou protégé par un mot de passe."
            " Enregistrez-le sans mot de passe, ou au format CSV."
        )
    for name in names:
        records = spreadsheet_records(path, name)
        rows = _filled(record for record, _ in zip(records, range(_SAMPLE_RECORDS), strict=False))
        if rows:
            return Layout(kind="xlsx", sheet=name, header=_has_header(rows))
    raise UnreadableFileError("Ce classeur Excel ne contient aucune ligne remplie.")


def _refuse_other_kinds(beginning: bytes) -> None:
    kinds = {
        b"\xd0\xcf\x11\xe0": "un ancien classeur Excel (.xls)",
        b"%PDF": "un document PDF",
        b"{\\rt": "un document texte enrichi (.rtf)",
        b"\x89PNG": "une image",
        b"\xff\xd8\xff": "une image",
        b"\x1f\x8b": "une archive compressée",
    }
    for mark, kind in kinds.items():
        if beginning.startswith(mark):
            raise UnreadableFileError(
                f"Ce fichier est {kind}. Ouvrez-le dans votre tableur, puis enregistrez-le au"
                " format CSV ou Excel (.xlsx)."
            )


def _chunks_checked(path: Path) -> Iterator[bytes]:
    """The bytes of a file, as long as they look like lines of text."""
    since_line_end = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            since_line_end = len(chunk) - last if last >= 0 else since_line_end + len(chunk)
            if since_line_end > _LONGEST_LINE:
                raise UnreadableFileError(
                    "Ce fichier n’est pas une liste : une de ses lignes ne finit pas. Enregistrez"
                    " votre liste au format CSV ou Excel (.xlsx), une personne par ligne."
                )
            yield chunk


def _guess_quote(sample: list[str]) -> str:
    text = "".join(sample)
    if '"' not in text and text.count("'") >= 2 * len(sample):
        starts = sum(line.lstrip("\ufeff ").startswith("'") for line in sample)
        if starts > len(sample) / 2:
            return "'"
    return '"'


def _guess_separator(sample: list[str], quote: str) -> str:
    """The sign that cuts the lines most evenly, with an address alone in its cell."""
    return max(SEPARATORS, key=lambda separator: _evenness(sample, separator, quote))


def _evenness(sample: list[str], separator: str, quote: str) -> tuple[float, int]:
    rows = _filled(text_records(sample, separator=separator, quote=quote))
    if not rows:
        return (0.0, 0)
    (width, often), *_ = Counter(len(row) for row in rows).most_common(1)
    addresses = sum(any(looks_like_email(cell) for cell in row) for row in rows)
    evenness = often / len(rows) if width > 1 else 0.0
    return (addresses / len(rows) + evenness, width)


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns rather than a person."""
    first, *others = rows
    if any("@" in cell for cell in first):
        return False
    if any(is_known_title(cell) for cell in first):
        return True
    addresses_below = any(looks_like_email(cell) for row in others for cell in row)
    return addresses_below and not any(cell.strip().isdigit() for cell in first)


def _filled(records: Iterator[Record]) -> list[list[str]]:
    """The cells of the records that hold something and can be cut."""
    return [
        cells
        for _, cells in records
        if isinstance(cells, list) and any(cell.strip("\ufeff \t") for cell in cells)
    ]


def roughly_how_many(path: Path, layout: Layout) -> int:
    """Records of a file, near enough for a progress bar: a line end in a cell counts for one."""
    if layout.kind == "xlsx":
        return last_row(path, layout.sheet)
    line_feeds = returns = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            line_feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
    return (line_feeds or returns) + 1
