"""A supplier's file as text in Parquet: one row a record, with its line; only known columns."""

import csv
import itertools
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from marketingconnect.base.consumers.fields import Mapped, Override, map_columns
from marketingconnect.base.engine import DuckDB, parquet, quoted
from marketingconnect.base.errors import UnreadableSupplierFileError
from marketingconnect.contacts.reading.layout import (
    Layout,
    UnreadableFileError,
    guess_layout,
    opened,
)
from marketingconnect.contacts.reading.records import text_records
from marketingconnect.contacts.reading.spreadsheet import WorkbookError, spreadsheet_records

BLOCK: Final = 200_000
_LONGEST_LINE: Final = 1 << 21
_CUT_SHARE: Final = 0.1
_COPIED_AT_ONCE: Final = 1 << 22
_UTF8: Final = ("utf-8", "utf-8-sig")


@dataclass(frozen=True, slots=True)
class RawFile:
    """What a file holds: `raw.parquet` (line, then one text column a field) and its cut lines."""

    mapped: Mapped
    rows: int


def read_raw(connection: DuckDB, path: Path, folder: Path, override: Override) -> RawFile:
    """Write `raw.parquet` and `cut.parquet` in `folder`. Raises UnreadableSupplierFileError."""
    try:
        if path.suffix.lower() == ".parquet":
            return _from_parquet(connection, path, folder, override)
        text, layout = _as_utf8(path, folder)
        return _from_text(connection, text, layout, folder, override)
    except (UnreadableFileError, WorkbookError) as error:
        raise UnreadableSupplierFileError(f"« {path.name} » : {error}") from error
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise UnreadableSupplierFileError(
            f"« {path.name} » ne se lit pas comme une liste : {_first_line(error)}"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:300]


def _as_utf8(path: Path, folder: Path) -> tuple[Path, Layout]:
    """The file itself when it is UTF-8 text, else a copy of it that is."""
    source = _out_of_zip(path, folder)
    layout = guess_layout(source)
    if layout.kind == "xlsx":
        return _from_workbook(source, layout, folder)
    copy = folder / "copy.csv"
    if layout.encoding in _UTF8:
        return source, layout
    with opened(source, layout) as lines, copy.open("w", encoding="utf-8", newline="\n") as out:
        shutil.copyfileobj(lines, out, _COPIED_AT_ONCE)
    return copy, replace(layout, encoding="utf-8")


def _out_of_zip(path: Path, folder: Path) -> Path:
    """The only file of a zip archive, or the file itself."""
    if path.suffix.lower() != ".zip":
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            if len(files) != 1:
                raise UnreadableSupplierFileError(
                    f"« {path.name} » contient {len(files)} fichiers : il en faut un seul."
                )
            suffix = Path(files[0].filename).suffix.lower() or ".csv"
            copy = folder / f"unzipped{suffix}"
            with archive.open(files[0]) as inside, copy.open("wb") as out:
                shutil.copyfileobj(inside, out, _COPIED_AT_ONCE)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableSupplierFileError(
            f"L’archive « {path.name} » est coupée, abîmée ou protégée : demandez-la de nouveau"
            " au fournisseur."
        ) from error
    return copy


def _from_workbook(path: Path, layout: Layout, folder: Path) -> tuple[Path, Layout]:
    """A sheet as text, each record on the line it has in Excel."""
    copy = folder / "copy.csv"
    try:
        with copy.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=";", lineterminator="\n")
            width = 0
            for _, cells in spreadsheet_records(path, layout.sheet):
                if not isinstance(cells, list) or not any(cells):
                    continue
                width = width or len(cells)
                padded = [*cells, *[""] * (width - len(cells))][:width]
                writer.writerow([" ".join(cell.splitlines()) for cell in padded])
    except WorkbookError as error:
        raise UnreadableSupplierFileError(
            f"Le classeur « {path.name} » est coupé ou abîmé : demandez-le de nouveau au"
            " fournisseur."
        ) from error
    return copy, Layout(separator=";")


def _titles(path: Path, layout: Layout) -> list[str]:
    with opened(path, layout) as lines:
        start = list(itertools.islice(lines, 50))
    for _, cells in text_records(start, separator=layout.separator, quote=layout.quote):
        if isinstance(cells, list) and any(cell.strip("\ufeff \t") for cell in cells):
            return cells
    raise UnreadableSupplierFileError(f"« {path.name} » n’a pas de ligne de titres.")


def _from_text(
    connection: DuckDB, path: Path, layout: Layout, folder: Path, override: Override
) -> RawFile:
    titles = _titles(path, layout)
    if len(titles) == 1:
        raise UnreadableSupplierFileError(
            f"« {path.name} », ligne 1 : une seule colonne. Le séparateur attendu est le"
            " point-virgule, la virgule, la tabulation ou la barre verticale."
        )
    mapped = map_columns(titles, override)
    types = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(titles)))
    quote = quoted(layout.quote)
    source = (
        f"read_csv({quoted(path)}, auto_detect=false, header=true,"
        f" delim={quoted(layout.separator)}, quote={quote}, escape={quote},"
        f" strict_mode=true, columns={{{types}}}, store_rejects=true, rejects_limit=0,"
        f" max_line_size={_LONGEST_LINE})"
    )
    staged = folder / "staged.parquet"
    chosen = _chosen(mapped, [f"c{number}" for number in range(len(titles))])
    connection.execute(
        "COPY (SELECT CAST(row_number() OVER () + 1 AS BIGINT) AS line,"
        f" {chosen} FROM {source})"
        f" TO {quoted(staged)} (FORMAT parquet, COMPRESSION lz4)"
    )
    rows = _with_lines(connection, staged, folder)
    _refuse_if_mostly_cut(connection, path, rows)
    return RawFile(mapped, rows)


def _chosen(mapped: Mapped, columns: Sequence[str]) -> str:
    """The fields that are read, in a fixed order, missing cells empty."""
    return ", ".join(
        f"coalesce({columns[mapped.positions[name]]}, '') AS {name}"
        for name in sorted(mapped.positions)
    )


def _with_lines(connection: DuckDB, staged: Path, folder: Path) -> int:
    """Number the rows as the file does: lines that could not be cut count too."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE cut AS SELECT line, row_number() OVER (ORDER BY line) AS n"
        " FROM (SELECT DISTINCT CAST(line AS BIGINT) AS line FROM reject_errors)"
    )
    connection.execute(
        f"COPY (SELECT line, 'cut' AS reason FROM cut) TO {quoted(folder / 'cut.parquet')}"
        " (FORMAT parquet)"
    )
    raw = folder / "raw.parquet"
    if _count(connection, "cut"):
        connection.execute(
            f"COPY (SELECT s.line + coalesce(c.n, 0) AS line, s.* EXCLUDE (line)"
            f" FROM {parquet(staged)} s ASOF LEFT JOIN"
            " (SELECT line - n + 1 AS line, n FROM cut) c ON s.line >= c.line)"
            f" TO {quoted(raw)} (FORMAT parquet, COMPRESSION lz4)"
        )
        staged.unlink()
    else:
        staged.rename(raw)
    return _count(connection, parquet(raw))


def _count(connection: DuckDB, source: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {source}").fetchone()[0])


def _refuse_if_mostly_cut(connection: DuckDB, path: Path, rows: int) -> None:
    """A file where one line in ten cannot be cut is not what it seems."""
    cut = connection.execute(
        "SELECT count(DISTINCT line), min(line), any_value(error_message ORDER BY line),"
        " any_value(column_name ORDER BY line) FROM reject_errors"
    ).fetchone()
    if cut[0] and cut[0] > _CUT_SHARE * (rows + cut[0]):
        column = f", colonne « {cut[3]} »" if cut[3] else ""
        raise UnreadableSupplierFileError(
            f"« {path.name} » : {cut[0]} lignes n’ont pas le bon nombre de colonnes, la première"
            f" à la ligne {cut[1]}{column}. Vérifiez le séparateur et les guillemets."
        )


def _from_parquet(connection: DuckDB, path: Path, folder: Path, override: Override) -> RawFile:
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {parquet(path)}").fetchall()
    except duckdb.Error as error:
        if isinstance(error, duckdb.OutOfMemoryException):
            raise
        raise UnreadableSupplierFileError(
            f"« {path.name} » n’est pas un fichier Parquet entier : demandez-le de nouveau au"
            " fournisseur."
        ) from error
    titles = [row[0] for row in described]
    mapped = map_columns(titles, override)
    columns = [f'CAST("{title.replace(chr(34), chr(34) * 2)}" AS VARCHAR)' for title in titles]
    connection.execute(
        "COPY (SELECT CAST(row_number() OVER () AS BIGINT) AS line,"
        f" {_chosen(mapped, columns)} FROM {parquet(path)})"
        f" TO {quoted(folder / 'raw.parquet')} (FORMAT parquet, COMPRESSION lz4)"
    )
    connection.execute(
        "COPY (SELECT CAST(0 AS BIGINT) AS line, 'cut' AS reason WHERE false)"
        f" TO {quoted(folder / 'cut.parquet')} (FORMAT parquet)"
    )
    return RawFile(mapped, _count(connection, parquet(folder / "raw.parquet")))


def clear_copies(folder: Path) -> None:
    """Remove what was only needed while reading."""
    for name in ("copy.csv", "staged.parquet", *_names(folder, "unzipped")):
        with suppress(FileNotFoundError):
            (folder / name).unlink()


def _names(folder: Path, beginning: str) -> Iterator[str]:
    return (path.name for path in folder.glob(f"{beginning}*"))
