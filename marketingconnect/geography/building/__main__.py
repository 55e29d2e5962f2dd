"""Write the table of communes and the files of the map, in about half a minute."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from marketingconnect.geography.building import drawing, sources, table
from marketingconnect.geography.building.outlines import Drawing
from marketingconnect.geography.building.sources import Ground

_TABLE: Final = Path(__file__).parents[1] / "built" / "communes.json"
_MAP: Final = sources.ROOT / "marketingconnect" / "web" / "static" / "built" / "map"


def main() -> int:
    grounds = sources.grounds()
    content = table.build(grounds)
    content["frames"] = draw(content, grounds)
    write(_TABLE, content)
    return 0


def draw(content: table.Row, grounds: dict[str, Ground]) -> list[dict[str, Any]]:
    """Write the files of the map; returns its frames, for those who place points on it."""
    columns = content["communes"]
    rows = list(zip(*(columns[name] for name in _NEEDED), strict=True))
    outlines = Drawing({row[0]: row[2] for row in rows}, grounds)
    towns = {departement: (x, y) for _, _, departement, x, y in rows}
    departements = outlines.drawn_departements(towns)
    inset = outlines.drawn_inset()
    frames = drawing.frames(departements, inset)
    named = {code: (name, region) for code, name, region, _ in content["departements"]}
    france = drawing.of_france(departements, inset, named, frames)
    write(_MAP / "departements.json", france)
    islands = {row[0]: departements[row[2]] for row in rows if row[2] in table.COLLECTIVITIES}
    drawn = {**outlines.drawn_communes(), **islands}
    for departement in named:
        communes = [
            (code, name, drawn.get(code), x, y)
            for code, name, inside, x, y in rows
            if inside == departement
        ]
        frame = drawing.frame_of(departement, frames)
        write(
            _MAP / "communes" / f"{departement}.json",
            drawing.of_departement(departement, communes, frame),
        )
    return [frame.row() for frame in frames.values()]


_NEEDED: Final = ("code", "name", "departement", "x", "y")


def write(path: Path, content: dict[str, Any]) -> None:
    """Whole or not at all: a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
    unfinished.replace(path)


if __name__ == "__main__":
    sys.exit(main())
