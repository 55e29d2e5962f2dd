"""Delivered files, and what a thief does to them before giving them away."""

import csv
import io
import random
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.offers.list_rental.delivery_files.preparing import prepare_delivery_files
from marketingconnect.offers.list_rental.delivery_files.register import seal_delivery
from marketingconnect.offers.list_rental.delivery_files.spec import Prepared
from marketingconnect.offers.list_rental.delivery_files.tracing.report import TraceReport
from marketingconnect.offers.list_rental.delivery_files.tracing.services import trace_leak
from tests.offers.list_rental.delivery_files.made import NOW, in_batches, spec

Table = list[dict[str, str]]


def delivered(number: int, rows: Sequence[dict[str, Any]], **changes: Any) -> Prepared:
    """A delivery made and sealed."""
    prepared = prepare_delivery_files(spec(number, **changes), in_batches(rows), now=NOW)
    seal_delivery(prepared, now=NOW)
    return prepared


def table_of(prepared: Prepared) -> Table:
    """The rows of its CSV."""
    path = prepared.files[0].stored.path
    with storage.open(path) as stream, zipfile.ZipFile(stream) as archive:
        content = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def written(table: Table, path: Path, *, separator: str = ";", header: bool = True) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(table[0]), delimiter=separator, restval="")
        if header:
            writer.writeheader()
        writer.writerows(table)
    return path


def traced(table: Table, folder: Path, **options: Any) -> TraceReport:
    path = written(table, folder / "fuite.csv", **options)
    return trace_leak(path, actor=Actor.system("essai"), now=NOW)


def without_accents(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text)
    return "".join(char for char in spread if not unicodedata.combining(char))


def in_every_cell(change: Callable[[str], str]) -> Callable[[Table], Table]:
    return lambda table: [{name: change(v) for name, v in row.items()} for row in table]


def keeping(*columns: str) -> Callable[[Table], Table]:
    return lambda table: [{name: row[name] for name in columns} for row in table]


RECASED: Final[Mapping[str, Callable[[Table], Table]]] = {
    "as it was": lambda table: table,
    "lower case": in_every_cell(str.lower),
    "capitals": in_every_cell(str.upper),
    "titles": in_every_cell(str.title),
    "without accents": in_every_cell(without_accents),
}
DROPPED: Final[Mapping[str, Callable[[Table], Table]]] = {
    "everything": lambda table: table,
    "the lines alone": keeping(*(f"Ligne {n}" for n in range(1, 7))),
    "the parts of a name, the street": keeping("Ville", "Nom", "Prénom", "Code postal", "Ligne 4"),
    "civility and names": keeping("Nom", "Civilité", "Code postal", "Prénom"),
    "the street without the name": keeping("Ligne 4", "Code postal", "Ville"),
}
SORTED: Final[Mapping[str, Callable[[Table], Table]]] = {
    "as it was": lambda table: table,
    "by its first column": lambda table: sorted(table, key=lambda row: next(iter(row.values()))),
    "shuffled": lambda table: random.Random(7).sample(table, len(table)),
}
