"""The first line of a stock file: which columns it has, and whether it can be read at all."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from marketingconnect.base.sirene.layout import StockKind, header_names
from marketingconnect.base.sirene.reading.errors import StockFileError, shown

_OTHER_SEPARATORS: Final = {";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}


@dataclass(frozen=True, slots=True)
class Header:
    """Names in the order of the file, without their blanks, and how lines end."""

    names: tuple[str, ...]
    line_end: str = "\\n"


def read_header(path: Path, line: bytes, kind: StockKind) -> Header:
    """Raises StockFileError for a file that is not this stock."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StockFileError(
            path, "ce fichier n’est pas en UTF-8 : reprenez celui de l’INSEE.", line=1
        ) from error
    if "\0" in text:
        raise StockFileError(path, "ce fichier n’est ni un CSV, ni un zip, ni un Parquet.")
    names = header_names(next(csv.reader([text]), []))
    check_names(path, names, kind)
    return Header(tuple(names), "\\r\\n" if text.endswith("\r\n") else "\\n")


def check_names(path: Path, names: list[str], kind: StockKind) -> None:
    """Raises StockFileError for a separator that is not the comma, or for missing columns."""
    if len(names) == 1:
        _refuse_separator(path, names[0])
    if missing := kind.missing(names):
        raise StockFileError(
            path,
            f"ce n’est pas un stock des {kind.name} complet : il manque"
            f" {_listed(missing)}. Vérifiez que c’est bien {kind.member}.",
            line=1,
        )
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise StockFileError(path, "cette colonne figure deux fois.", line=1, column=repeated[0])


def _refuse_separator(path: Path, line: str) -> None:
    for separator, called in _OTHER_SEPARATORS.items():
        if separator in line:
            raise StockFileError(
                path, f"les colonnes sont séparées par {called} ; il faut la virgule.", line=1
            )
    raise StockFileError(path, f"la première ligne {shown(line)} n’a qu’une colonne.", line=1)


def _listed(names: list[str]) -> str:
    few = ", ".join(names[:5])
    return f"{few} et {len(names) - 5} autres colonnes" if len(names) > 5 else few
