import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import marketingconnect
from marketingconnect.geography.framing import frame_of, frames
from marketingconnect.geography.places import (
    collectivities,
    commune,
    communes,
    communes_of,
    departements,
)

MAP = Path(marketingconnect.__file__).parent / "web" / "static" / "built" / "map"
Point = tuple[float, float]
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((MAP / name).read_text("utf-8"))
    return content


def rings(path: str) -> Iterator[list[Point]]:
    for ring in path.split("z")[:-1]:
        numbers = [float(number) for number in NUMBER.findall(ring)]
        u, v = numbers[:2]
        points = [(u, v)]
        for right, down in zip(numbers[2::2], numbers[3::2], strict=True):
            u, v = u + right, v + down
            points.append((u, v))
        yield points


def holds(path: str, point: Point) -> bool:
    """Whether a point is inside, by the number of edges on its right."""
    u, v = point
    inside = False
    for ring in rings(path):
        for (u1, v1), (u2, v2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (v1 > v) != (v2 > v) and u < (u2 - u1) * (v - v1) / (v2 - v1) + u1:
                inside = not inside
    return inside


def drawn(code: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = read("departements.json")["departements"]
    return next(row for row in rows if row["code"] == code)


def test_every_departement_is_drawn_inside_its_frame() -> None:
    content = read("departements.json")
    left, top, width, height = content["viewBox"]

    assert {row["code"] for row in content["departements"]} == {
        found.code for found in (*departements(), *collectivities())
    }
    for row in content["departements"]:
        frame_left, frame_top, frame_width, frame_height = frames()[row["frame"]].box
        for ring in rings(row["path"]):
            for u, v in ring:
                assert frame_left <= u <= frame_left + frame_width
                assert frame_top <= v <= frame_top + frame_height
                assert left <= u <= left + width
                assert top <= v <= top + height


def test_the_map_of_france_is_light() -> None:
    assert len(gzip.compress((MAP / "departements.json").read_bytes())) < 60_000
    heaviest = max((MAP / "communes").iterdir(), key=lambda path: path.stat().st_size)
    assert len(gzip.compress(heaviest.read_bytes())) < 80_000


@pytest.mark.parametrize("code", ["13205", "67482", "2A004", "75112", "97302", "97411", "97209"])
def test_a_town_falls_inside_its_departement_and_inside_no_other(code: str) -> None:
    town = commune(code)
    frame = frame_of(town.departement)
    point = frame.place(town.x, town.y)

    assert [
        row["code"]
        for row in read("departements.json")["departements"]
        if row["frame"] == frame.code and holds(row["path"], point)
    ] == [town.departement]


def test_nearly_every_town_falls_inside_its_departement() -> None:
    paths = {row["code"]: row["path"] for row in read("departements.json")["departements"]}
    outside = [
        town.code
        for town in communes()[::40]
        if not holds(paths[town.departement], frame_of(town.departement).place(town.x, town.y))
    ]

    assert len(outside) < 15


def test_paris_is_drawn_a_second_time_and_larger() -> None:
    town = commune("75112")
    inset = drawn("75")["inset"]
    frame = frames()[inset["frame"]]

    assert holds(inset["path"], frame.place(town.x, town.y))
    assert frame.scale > 4 * frame_of("75").scale
    assert [code for code in ("92", "93", "94") if "inset" not in drawn(code)] == []


@pytest.mark.parametrize("code", sorted(frames()))
def test_a_point_placed_on_the_map_comes_back_to_the_ground(code: str) -> None:
    frame = frames()[code]
    x, y = frame.ground(*[frame.box[0] + frame.box[2] / 3, frame.box[1] + frame.box[3] / 3])[1:]

    assert frame.ground(*frame.place(x, y)) == (frame.zone, x, y)


def test_the_communes_of_a_departement_are_drawn_in_the_same_space() -> None:
    content = read("communes/13.json")
    by_code = {row["code"]: row for row in content["communes"]}

    assert set(by_code) == {found.code for found in communes_of(departement="13")}
    for code in ("13205", "13103", "13039"):
        assert holds(by_code[code]["path"], tuple(by_code[code]["at"]))


def test_nearly_every_commune_has_an_outline() -> None:
    without = [
        row["code"]
        for found in (*departements(), *collectivities())
        for row in read(f"communes/{found.code}.json")["communes"]
        if not row.get("path")
    ]

    assert set(without) <= {"15031", "15035", "15047", "15171"}
