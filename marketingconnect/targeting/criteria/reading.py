"""JSON to tree: everything that is not exactly right is refused, with its place."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

from marketingconnect.targeting.criteria.errors import InvalidCriteriaError
from marketingconnect.targeting.criteria.fields import (
    FIELDS,
    GROUPS,
    ZONES,
    Channel,
    Field,
    Group,
    Population,
    Use,
    Value,
)
from marketingconnect.targeting.criteria.limits import (
    BIGGEST_QUOTA,
    BIGGEST_SEED,
    FURTHEST,
    LARGEST_ZONE,
    LONGEST_LABEL,
    LONGEST_RADIUS,
    MOST_BYTES,
    MOST_CONDITIONS,
    MOST_DEPTH,
    MOST_POINTS,
    MOST_QUOTAS,
    MOST_RECORDS,
    MOST_VALUES,
)
from marketingconnect.targeting.criteria.tree import (
    VERSION,
    All,
    AnyOf,
    Between,
    Condition,
    Criteria,
    Exclusions,
    Near,
    Not,
    Quotas,
    Reachable,
    Sample,
    ValueIn,
    Within,
)

_BIGGEST_KEY: Final = 2**63 - 1
Enumerated = TypeVar("Enumerated", Population, Channel, Use, Group)


def read_text(text: str | bytes) -> Criteria:
    """Criteria out of JSON text."""
    if len(text) > MOST_BYTES:
        raise InvalidCriteriaError("", "Ce ciblage est trop long : moins de 2 Mo sont admis.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidCriteriaError("", "Ce ciblage n’est pas un texte JSON.") from None
    return read_criteria(value)


def read_criteria(value: object) -> Criteria:
    """Criteria out of what JSON gives."""
    keys = _keys(
        value,
        "",
        needed=("version", "population", "channel", "use", "where"),
        optional=("exclude", "one_per", "quotas", "sample"),
    )
    if type(keys["version"]) is not int or keys["version"] != VERSION:
        raise InvalidCriteriaError("version", f"La version lue ici est la {VERSION}.")
    population = _one_of(Population, keys["population"], "population")
    exclude, quotas, sample = (keys.get(name) for name in ("exclude", "quotas", "sample"))
    return Criteria(
        population=population,
        channel=_one_of(Channel, keys["channel"], "channel"),
        use=_one_of(Use, keys["use"], "use"),
        where=_Reader(population).condition(keys["where"], "where", 1),
        exclude=Exclusions() if exclude is None else _exclusions(exclude),
        one_per=_one_per(keys.get("one_per"), population),
        quotas=None if quotas is None else _quotas(quotas),
        sample=None if sample is None else _sample(sample),
    )


class _Reader:
    """Reads conditions of one population, and counts them."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._conditions = 0
        self._values = 0
        self._points = 0
        self._kinds: dict[str, Callable[[dict[str, Any], str, int], Condition]] = {
            "all": self._all,
            "any": self._any,
            "not": self._not,
            "field": self._field,
            "near": self._near,
            "within": self._within,
            "reachable": self._reachable,
        }

    def condition(self, value: object, path: str, depth: int) -> Condition:
        """One node and what is below it."""
        if depth > MOST_DEPTH:
            raise InvalidCriteriaError(
                path, f"Pas plus de {MOST_DEPTH} niveaux de conditions imbriquées."
            )
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            raise InvalidCriteriaError(path, f"Pas plus de {MOST_CONDITIONS} conditions.")
        if not isinstance(value, dict):
            raise InvalidCriteriaError(path, "Une condition est attendue ici.")
        kinds = [kind for kind in self._kinds if kind in value]
        if len(kinds) != 1:
            raise InvalidCriteriaError(
                path, "Une condition a une seule clé parmi " + ", ".join(self._kinds) + "."
            )
        return self._kinds[kinds[0]](value, path, depth)

    def _parts(self, value: object, path: str, depth: int) -> tuple[Condition, ...]:
        return tuple(
            self.condition(part, f"{path}[{place}]", depth + 1)
            for place, part in enumerate(_list(value, path, MOST_CONDITIONS))
        )

    def _all(self, value: dict[str, Any], path: str, depth: int) -> All:
        keys = _keys(value, path, needed=("all",))
        return All(self._parts(keys["all"], f"{path}.all", depth))

    def _any(self, value: dict[str, Any], path: str, depth: int) -> AnyOf:
        keys = _keys(value, path, needed=("any",))
        parts = self._parts(keys["any"], f"{path}.any", depth)
        if not parts:
            raise InvalidCriteriaError(f"{path}.any", "Donnez au moins une condition.")
        return AnyOf(parts)

    def _not(self, value: dict[str, Any], path: str, depth: int) -> Not:
        keys = _keys(value, path, needed=("not",))
        return Not(self.condition(keys["not"], f"{path}.not", depth + 1))

    def _reachable(self, value: dict[str, Any], path: str, depth: int) -> Reachable:
        keys = _keys(value, path, needed=("reachable",))
        return Reachable(_one_of(Channel, keys["reachable"], f"{path}.reachable"))

    def _field(self, value: dict[str, Any], path: str, depth: int) -> ValueIn | Between:
        name = value["field"]
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None or self._population not in field.populations:
            raise InvalidCriteriaError(
                f"{path}.field", "Ce critère n’existe pas pour cette population."
            )
        if field.dated:
            keys = _keys(value, path, needed=("field",), optional=("from", "to"))
            return _between(field, keys, path)
        keys = _keys(value, path, needed=("field", "in"))
        return ValueIn(field.name, self._in(field, keys["in"], f"{path}.in"))

    def _in(self, field: Field, value: object, path: str) -> tuple[Value, ...]:
        values = _list(value, path, MOST_VALUES)
        if not values:
            raise InvalidCriteriaError(path, "Donnez au moins une valeur.")
        self._values += len(values)
        if self._values > MOST_VALUES:
            raise InvalidCriteriaError(path, f"Pas plus de {MOST_VALUES} valeurs en tout.")
        for place, each in enumerate(values):
            if not field.accepts(each):
                raise InvalidCriteriaError(
                    f"{path}[{place}]",
                    f"Cette valeur ne convient pas ; un exemple : {field.example}.",
                )
        return tuple(sorted(set(values)))

    def _near(self, value: dict[str, Any], path: str, depth: int) -> Near:
        place = _keys(value, path, needed=("near",))["near"]
        path = f"{path}.near"
        keys = _keys(place, path, needed=("zone", "x", "y", "metres"), optional=("label",))
        return Near(
            zone=_whole(keys["zone"], f"{path}.zone", 0, LARGEST_ZONE),
            x=_whole(keys["x"], f"{path}.x", -FURTHEST, FURTHEST),
            y=_whole(keys["y"], f"{path}.y", -FURTHEST, FURTHEST),
            metres=_whole(keys["metres"], f"{path}.metres", 1, LONGEST_RADIUS),
            label=_label(keys.get("label", ""), f"{path}.label"),
        )

    def _within(self, value: dict[str, Any], path: str, depth: int) -> Within:
        shape = _keys(value, path, needed=("within",))["within"]
        path = f"{path}.within"
        keys = _keys(shape, path, needed=("zone", "points"), optional=("label",))
        points = _list(keys["points"], f"{path}.points", MOST_POINTS)
        self._points += len(points)
        if self._points > MOST_POINTS:
            raise InvalidCriteriaError(
                f"{path}.points", f"Pas plus de {MOST_POINTS} points en tout."
            )
        if len(points) < 3:
            raise InvalidCriteriaError(f"{path}.points", "Un contour a au moins trois points.")
        return Within(
            zone=_whole(keys["zone"], f"{path}.zone", 0, LARGEST_ZONE),
            points=tuple(
                _point(point, f"{path}.points[{place}]") for place, point in enumerate(points)
            ),
            label=_label(keys.get("label", ""), f"{path}.label"),
        )


def _between(field: Field, keys: dict[str, Any], path: str) -> Between:
    first = _day(keys.get("from"), f"{path}.from")
    last = _day(keys.get("to"), f"{path}.to")
    if first is None and last is None:
        raise InvalidCriteriaError(path, "Donnez une date de début, une date de fin, ou les deux.")
    if first and last and first > last:
        raise InvalidCriteriaError(f"{path}.to", "La fin vient avant le début.")
    return Between(field.name, first, last)


def _exclusions(value: object) -> Exclusions:
    keys = _keys(
        value,
        "exclude",
        needed=(),
        optional=("earlier_deliveries", "file", "over_solicited", "records"),
    )
    file = keys.get("file")
    records = _list(keys.get("records", []), "exclude.records", MOST_RECORDS)
    return Exclusions(
        earlier_deliveries=_truth(
            keys.get("earlier_deliveries", False), "exclude.earlier_deliveries"
        ),
        file=None if file is None else _whole(file, "exclude.file", 1, _BIGGEST_KEY),
        over_solicited=_truth(keys.get("over_solicited", False), "exclude.over_solicited"),
        records=tuple(
            sorted(
                {
                    _whole(each, f"exclude.records[{place}]", 0, _BIGGEST_KEY)
                    for place, each in enumerate(records)
                }
            )
        ),
    )


def _one_per(value: object, population: Population) -> Group | None:
    if value is None:
        return None
    group = _one_of(Group, value, "one_per")
    if group not in GROUPS[population]:
        raise InvalidCriteriaError("one_per", "Ce regroupement n’existe pas pour cette population.")
    return group


def _quotas(value: object) -> Quotas:
    keys = _keys(value, "quotas", needed=("by", "limits"))
    by = keys["by"]
    if by not in ZONES:
        raise InvalidCriteriaError("quotas.by", "Des quotas se fixent par : " + ", ".join(ZONES))
    limits = keys["limits"]
    if not isinstance(limits, dict) or not limits:
        raise InvalidCriteriaError("quotas.limits", "Donnez une limite à une zone au moins.")
    if len(limits) > MOST_QUOTAS:
        raise InvalidCriteriaError("quotas.limits", f"Pas plus de {MOST_QUOTAS} zones.")
    for code in limits:
        if not FIELDS[by].accepts(code):
            raise InvalidCriteriaError(
                "quotas.limits", f"« {str(code)[:20]} » n’est pas le code d’une zone."
            )
    return Quotas(
        by,
        tuple(
            (code, _whole(limits[code], f"quotas.limits.{code}", 0, BIGGEST_QUOTA))
            for code in sorted(limits)
        ),
    )


def _sample(value: object) -> Sample:
    keys = _keys(value, "sample", needed=("size", "seed"))
    return Sample(
        size=_whole(keys["size"], "sample.size", 1, BIGGEST_QUOTA),
        seed=_whole(keys["seed"], "sample.seed", 0, BIGGEST_SEED),
    )


def _keys(
    value: object, path: str, *, needed: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """`value` as an object that has all of `needed` and nothing unknown."""
    if not isinstance(value, dict):
        raise InvalidCriteriaError(path, "Un objet est attendu ici.")
    for key in value:
        if key not in needed and key not in optional:
            raise InvalidCriteriaError(path, f"La clé « {str(key)[:40]} » n’est pas connue ici.")
    for key in needed:
        if key not in value:
            raise InvalidCriteriaError(path, f"La clé « {key} » manque.")
    return value


def _list(value: object, path: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidCriteriaError(path, "Une liste est attendue ici.")
    if len(value) > most:
        raise InvalidCriteriaError(path, f"Pas plus de {most} éléments.")
    return value


def _one_of(kind: type[Enumerated], value: object, path: str) -> Enumerated:
    if isinstance(value, str):
        for each in kind:
            if each.value == value:
                return each
    raise InvalidCriteriaError(path, "Choisissez parmi : " + ", ".join(kind) + ".")


def _whole(value: object, path: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise InvalidCriteriaError(path, f"Un nombre entier de {least} à {most} est attendu.")
    return value


def _truth(value: object, path: str) -> bool:
    if type(value) is not bool:
        raise InvalidCriteriaError(path, "true ou false est attendu.")
    return value


def _day(value: object, path: str) -> date | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) == len("2026-01-31"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidCriteriaError(path, "Une date est attendue, comme 2026-01-31.")


def _point(value: object, path: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidCriteriaError(path, "Un point est une paire [x, y].")
    return (
        _whole(value[0], f"{path}[0]", -FURTHEST, FURTHEST),
        _whole(value[1], f"{path}[1]", -FURTHEST, FURTHEST),
    )


def _label(value: object, path: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_LABEL or not value.isprintable():
        raise InvalidCriteriaError(path, f"Un texte de {LONGEST_LABEL} caractères au plus.")
    return value
