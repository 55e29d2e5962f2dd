"""The table of communes: what the official lists say, each at its place on the ground."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import shapely

from marketingconnect.geography.building.sources import Ground, official_list
from marketingconnect.geography.labels import routing_label
from marketingconnect.geography.projection import to_metres, zone_of

Row = dict[str, Any]
COLLECTIVITIES: Final = ("977", "978")
# Towns of the two islands that the package of outlines leaves out: Gustavia and Marigot.
_TOWNS_OF_ISLANDS: Final = {"97701": (-62.8498, 17.8962), "97801": (-63.0822, 18.0679)}
# A town hall this far out of its commune (degrees) is a mistake of the directory.
_FARTHEST_TOWN_HALL: Final = 0.003
_COMMUNE: Final = "commune-actuelle"
_ARRONDISSEMENT: Final = "arrondissement-municipal"
_FORMER: Final = ("commune-deleguee", "commune-associee")


def build(grounds: Mapping[str, Ground]) -> Row:
    """The content of `built/communes.json`, whose form is in the docstring of the package."""
    listed = official_list("communes")
    cities = _cities(listed)
    communes = sorted(_targeted(listed, cities), key=lambda row: str(row["code"]))
    current = {row["code"] for row in communes} | set(cities)
    return {
        "communes": _columns(communes, cities, grounds),
        "departements": [
            [row["code"], _name(row["nom"]), row["region"], row["chefLieu"]]
            for row in _inside(official_list("departements"))
        ],
        "regions": [[row["code"], _name(row["nom"])] for row in _inside(official_list("regions"))],
        "epcis": [[row["code"], _name(row["nom"]), row["type"]] for row in official_list("epci")],
        "cities": [[code, name, codes] for code, (name, codes) in cities.items()],
        "former": {
            row["code"]: row["chefLieu"]
            for row in listed
            if row["type"] in _FORMER and row["code"] not in current and row["chefLieu"] in current
        },
    }


def _inside(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["zone"] != "com" or row["code"] in COLLECTIVITIES]


def _cities(listed: list[Row]) -> dict[str, tuple[str, list[str]]]:
    """Paris, Lyon, Marseille, with the arrondissements that stand for them everywhere."""
    names = {row["code"]: row["nom"] for row in listed if row["type"] == _COMMUNE}
    cities: dict[str, tuple[str, list[str]]] = {}
    for row in listed:
        if row["type"] == _ARRONDISSEMENT:
            name = names[row["commune"]]
            cities.setdefault(row["commune"], (name, []))[1].append(row["code"])
    return cities


def _targeted(listed: list[Row], cities: Mapping[str, object]) -> list[Row]:
    return [
        row
        for row in listed
        if row["type"] in (_COMMUNE, _ARRONDISSEMENT)
        and row["code"] not in cities
        and (row["zone"] != "com" or row["departement"] in COLLECTIVITIES)
    ]


def _columns(
    communes: list[Row],
    cities: Mapping[str, tuple[str, list[str]]],
    grounds: Mapping[str, Ground],
) -> dict[str, list[Any]]:
    epcis = {
        code: epci["code"]
        for epci in official_list("epci")
        for member in epci["membres"]
        for code in cities.get(member["code"], ("", [member["code"]]))[1]
    }
    places = _places(communes, grounds)
    return {
        "code": [row["code"] for row in communes],
        "name": [_name(row["nom"]) for row in communes],
        "label": [routing_label(row["nom"]) for row in communes],
        "postal_codes": [" ".join(sorted(row["codesPostaux"])) for row in communes],
        "population": [row["population"] for row in communes],
        "departement": [row["departement"] for row in communes],
        "epci": [epcis.get(row["code"], "") for row in communes],
        "x": [places[row["code"]][0] for row in communes],
        "y": [places[row["code"]][1] for row in communes],
    }


def _name(name: str) -> str:
    return name.replace("Arrondissement", "arrondissement").replace("'", "’")


def _places(communes: list[Row], grounds: Mapping[str, Ground]) -> dict[str, tuple[int, int]]:
    degrees = dict(_TOWNS_OF_ISLANDS)
    for row in communes:
        if (ground := grounds.get(row["code"])) and (found := _middle(ground)):
            degrees[row["code"]] = found
    by_postal_code: dict[str, list[tuple[float, float]]] = {}
    for row in communes:
        if row["code"] in degrees:
            for postal_code in row["codesPostaux"]:
                by_postal_code.setdefault(postal_code, []).append(degrees[row["code"]])
    metres = {}
    for row in communes:
        # A commune that is new this year has no outline yet: its neighbours by mail stand for it.
        neighbours = by_postal_code.get(row["codesPostaux"][0], [])
        place = degrees.get(row["code"]) or tuple(np.mean(neighbours, axis=0))
        x, y = to_metres(zone_of(row["departement"])).transform(*place)
        metres[row["code"]] = (round(x), round(y))
    return metres


def _middle(ground: Ground) -> tuple[float, float] | None:
    """The town hall where it is in its commune, else a point inside the outline."""
    point, outline = ground.town_hall, ground.outline
    if outline is not None and (point is None or outline.distance(point) > _FARTHEST_TOWN_HALL):
        point = outline.representative_point()
    return None if point is None else (shapely.get_x(point), shapely.get_y(point))
