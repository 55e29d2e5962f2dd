"""The files to download: a workbook, and archives of a text with what explains it."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final, cast

from marketingconnect import storage
from marketingconnect.offers.list_rental.delivery_files.notices import (
    ADDRESS_SHEET,
    NOTICE_SHEET,
    read_me,
)
from marketingconnect.offers.list_rental.delivery_files.spec import (
    CSV,
    FORMATS,
    TXT_FIXED,
    TXT_TAB,
    XLSX,
    PreparedFile,
)
from marketingconnect.offers.list_rental.delivery_files.spool import Spool, nameless_file
from marketingconnect.targeting.files.batches import Batch, Column
from marketingconnect.targeting.files.delimited import write_csv, write_tab
from marketingconnect.targeting.files.fixed_width import layout_description, write_fixed_width
from marketingconnect.targeting.files.workbook import write_workbook

Writer = Callable[[BinaryIO, Sequence[Column], Iterable[Batch]], int]

_CHUNK: Final = 1 << 20
_NEEDS_LARGE_ZIP: Final = 2_000_000
"""Rows from which a text may pass 2 GB: its entry is then written in the larger form."""
_WRITERS: Final[Mapping[str, Writer]] = {
    CSV: write_csv,
    TXT_TAB: write_tab,
    TXT_FIXED: write_fixed_width,
}
_NAMES: Final = {
    CSV: "{}-csv.zip",
    TXT_TAB: "{}-txt-tabulations.zip",
    TXT_FIXED: "{}-txt-largeur-fixe.zip",
    XLSX: "{}.xlsx",
}
_INSIDE: Final = {CSV: "{}.csv", TXT_TAB: "{}.txt", TXT_FIXED: "{}.txt"}


def pack_all(
    rows: Spool,
    columns: Sequence[Column],
    *,
    reference: str,
    notice: Sequence[str],
    prefix: str,
    folder: Path,
) -> Iterator[PreparedFile]:
    """Write each format and keep it; a file appears in the storage whole or not at all."""
    for format_ in FORMATS:
        name = _NAMES[format_].format(reference)
        with nameless_file(folder) as stream:
            if format_ == XLSX:
                sheet = (NOTICE_SHEET, notice)
                write_workbook(stream, columns, rows.batches(), sheet=ADDRESS_SHEET, notice=sheet)
            else:
                _write_archive(stream, format_, rows, columns, reference, notice)
            stored = storage.save(prefix, name, chunks_of(stream))
        yield PreparedFile(format_, name, stored, rows.rows)


def chunks_of(stream: BinaryIO) -> Iterator[bytes]:
    """A stream from its beginning."""
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _write_archive(
    stream: BinaryIO,
    format_: str,
    rows: Spool,
    columns: Sequence[Column],
    reference: str,
    notice: Sequence[str],
) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        large = rows.rows >= _NEEDS_LARGE_ZIP
        entry = _entry(_INSIDE[format_].format(reference))
        with archive.open(entry, "w", force_zip64=large) as member:
            _WRITERS[format_](cast(BinaryIO, member), columns, rows.batches())
        archive.writestr(_entry("LISEZMOI.txt"), read_me(format_, notice))
        if format_ == TXT_FIXED:
            layout = layout_description(columns).encode("utf-8-sig")
            archive.writestr(_entry("DESSIN.txt"), layout)


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the hour: the same rows give the same bytes."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
