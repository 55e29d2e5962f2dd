"""What the form holds, kept as criteria; and how two people's changes meet.

A `State` maps the name of a field to its values. It comes from a posted form or from criteria, and
goes back to criteria. A condition that the form cannot show is kept whole in `other`.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict

from marketingconnect.web.targeting.fields import (
    CHANNEL_USES,
    FIELDS,
    FLAGS,
    NUMBERS,
    YES_NO,
    fields_of,
)
from marketingconnect.web.targeting.places import (
    UnreadablePlaceError,
    condition_of,
    place_of,
    tokens_of,
)

State = dict[str, list[str]]
_MOST_VALUES: Final = 1_000
_LONGEST_VALUE: Final = 6_000


class UnreadableFormError(ValueError):
    """Fields to mend, with a sentence each."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def state_of(posted: QueryDict, population: str) -> State:
    """What a posted form holds; unknown fields and repeated values are left out."""
    state: State = {}
    for field in fields_of(population):
        values = posted.getlist(field.name)
        if field.name == "quotas":
            values = [line.strip() for text in values for line in text.splitlines()]
        kept = [value for value in dict.fromkeys(values) if value][:_MOST_VALUES]
        if field.kind == "one":
            kept = kept[-1:]
        if kept:
            state[field.name] = [value[:_LONGEST_VALUE] for value in kept]
    return state


def merged(base: State, mine: State, theirs: State) -> State:
    """What I changed since `base`, over what stands now (`theirs`), field by field.

    In fields of several values, those that I added or removed.
    """
    result: State = {}
    for name, field in FIELDS.items():
        before, typed, now = (one.get(name, []) for one in (base, mine, theirs))
        if typed == before:
            values = now
        elif field.kind == "many":
            kept = [value for value in now if value in typed or value not in before]
            values = kept + [value for value in typed if value not in before and value not in kept]
        else:
            values = typed
        if values:
            result[name] = values
    return result


def criteria_of(state: State, population: str) -> dict[str, Any]:
    """The criteria of a form, as JSON. Raises UnreadableFormError for what no field may hold."""
    errors: dict[str, str] = {}
    conditions = _places(state, errors)
    conditions += _coded(state, population)
    conditions += _yes_no(state)
    conditions += _dates(state)
    conditions += [{"reachable": channel} for channel in state.get("also_reachable", [])]
    conditions += _others(state, errors)
    channel = _one(state, "channel") or "post"
    criteria: dict[str, Any] = {
        "version": 1,
        "population": population,
        "channel": channel,
        "use": CHANNEL_USES.get(channel, "rental"),
        "where": {"all": conditions},
        "exclude": {
            "earlier_deliveries": "earlier" in state,
            "file": _number(state, "stop_file", errors),
            "over_solicited": "over_solicited" in state,
            "records": [],
        },
        "one_per": _one(state, "one_per") or None,
        "quotas": _quotas(state, errors),
        "sample": _sample(state, errors),
    }
    if errors:
        raise UnreadableFormError(errors)
    return criteria


def _one(state: State, name: str) -> str:
    return (state.get(name) or [""])[0]


def _places(state: State, errors: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for name in ("place", "without"):
        try:
            condition = condition_of(state.get(name, []))
        except UnreadablePlaceError as error:
            errors[name] = str(error)
            continue
        if condition is not None:
            found.append(condition if name == "place" else {"not": condition})
    return found


def _coded(state: State, population: str) -> list[dict[str, Any]]:
    return [
        {"field": field.name, "in": [_code(field.name, value) for value in state[field.name]]}
        for field in fields_of(population)
        if field.coded and field.name in state
    ]


def _code(name: str, value: str) -> int | str:
    is_number = name in NUMBERS and value.isascii() and value.isdecimal() and len(value) < 9
    return int(value) if is_number else value


def _yes_no(state: State) -> list[dict[str, Any]]:
    return [
        {"field": name, "in": [_one(state, name) == "yes"]}
        for name in YES_NO
        if _one(state, name) in {"yes", "no"}
    ]


def _dates(state: State) -> list[dict[str, Any]]:
    since, until = _one(state, "created_from"), _one(state, "created_to")
    if not since and not until:
        return []
    return [{"field": "created_on", "from": since or None, "to": until or None}]


def _others(state: State, errors: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for text in state.get("other", []):
        try:
            condition = json.loads(text)
        except ValueError:
            condition = None
        if not isinstance(condition, dict):
            errors["other"] = "Cette condition est illisible : retirez-la."
            continue
        found.append(condition)
    return found


def _number(state: State, name: str, errors: dict[str, str]) -> int | None:
    """A typed number, with or without spaces; None when nothing was typed."""
    typed = "".join(_one(state, name).split())
    if not typed:
        return None
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 12:
        errors[name] = "Tapez un nombre entier, par exemple 5 000."
        return None
    return int(typed)


def _quotas(state: State, errors: dict[str, str]) -> dict[str, Any] | None:
    by = _one(state, "quota_by")
    if not by:
        return None
    limits: dict[str, int] = {}
    for line in state.get("quotas", []):
        code, _, limit = line.partition(":")
        digits = "".join(limit.split())
        if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
            errors["quotas"] = (
                f"«\u00a0{line[:40]}\u00a0» n’est pas un quota : écrivez un code, deux-points et "
                "un nombre, par exemple 69 : 1000."
            )
            return None
        limits[code.strip()] = int(digits)
    return {"by": by, "limits": limits} if limits else None


def _sample(state: State, errors: dict[str, str]) -> dict[str, int] | None:
    size = _number(state, "sample", errors)
    if size is None:
        return None
    if size == 0:
        errors["sample"] = "Un échantillon compte au moins un contact : tapez un nombre, ou rien."
        return None
    return {"size": size, "seed": _number(state, "seed", errors) or 1}


def state_from(criteria: Mapping[str, Any]) -> State:
    """The form that shows these criteria."""
    state: State = {"channel": [criteria["channel"]]}
    where = criteria.get("where") or {"all": []}
    for condition in where["all"] if set(where) == {"all"} else [where]:
        _take(state, condition)
    _take_rest(state, criteria)
    return {name: values for name, values in state.items() if values}


def _take(state: State, condition: dict[str, Any]) -> None:
    """Put one condition in the field that shows it."""
    field = condition.get("field")
    if field == "created_on" and "in" not in condition:
        state["created_from"] = [condition["from"]] if condition.get("from") else []
        state["created_to"] = [condition["to"]] if condition.get("to") else []
    elif field in YES_NO and len(condition["in"]) == 1 and field not in state:
        state[field] = ["yes" if condition["in"][0] else "no"]
    elif field in FIELDS and FIELDS[field].coded and field not in state:
        state[field] = [str(value) for value in condition["in"]]
    elif set(condition) == {"reachable"}:
        state.setdefault("also_reachable", []).append(condition["reachable"])
    else:
        _take_place(state, condition)


def _take_place(state: State, condition: dict[str, Any]) -> None:
    name, inside = "place", condition
    if set(condition) == {"not"}:
        name, inside = "without", condition["not"]
    tokens = tokens_of(inside)
    if tokens is None or name in state or not _readable(tokens):
        state.setdefault("other", []).append(json.dumps(condition, ensure_ascii=False))
    else:
        state[name] = tokens


def _readable(tokens: list[str]) -> bool:
    try:
        for token in tokens:
            place_of(token)
    except UnreadablePlaceError:
        return False
    return True


def _take_rest(state: State, criteria: Mapping[str, Any]) -> None:
    exclude = criteria.get("exclude") or {}
    flags = {"earlier": "earlier_deliveries", "over_solicited": "over_solicited"}
    for name, key in flags.items():
        state[name] = ["on"] if exclude.get(key) else []
    state["stop_file"] = [str(exclude["file"])] if exclude.get("file") else []
    state["one_per"] = [criteria["one_per"]] if criteria.get("one_per") else []
    if quotas := criteria.get("quotas"):
        state["quota_by"] = [quotas["by"]]
        state["quotas"] = [f"{code}:{limit}" for code, limit in quotas["limits"].items()]
    if sample := criteria.get("sample"):
        state["sample"], state["seed"] = [str(sample["size"])], [str(sample["seed"])]


def normal(state: State) -> State:
    """Flags as `on`, quotas as `code:number`: what a posted and a stored state have in common."""
    result = {name: list(values) for name, values in state.items()}
    for name in FLAGS & set(result):
        result[name] = ["on"]
    if "quotas" in result:
        result["quotas"] = [
            ":".join(part.strip() for part in line.partition(":")[::2]) for line in result["quotas"]
        ]
    return result
