"""What a posted form asks: its fields, and the buttons that add or remove one thing."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict

from marketingconnect.targeting.criteria import Criteria, InvalidCriteriaError
from marketingconnect.web.targeting.fields import FIELDS, FLAGS
from marketingconnect.web.targeting.looking import (
    UnreadablePointError,
    circle_around,
    is_activity,
    named,
    polygon_of,
)
from marketingconnect.web.targeting.places import (
    Circle,
    UnreadablePlaceError,
    place_of,
)
from marketingconnect.web.targeting.state import (
    State,
    UnreadableFormError,
    criteria_of,
    merged,
    normal,
    state_of,
)


@dataclass
class Posted:
    """The state asked for, what is wrong with it, and what was looked for without a script."""

    state: State
    errors: dict[str, str] = field(default_factory=dict)
    criteria: Criteria | None = None


def read_posted(post: QueryDict, *, stored: State, population: str) -> Posted:
    """The state after this post: my changes over what stands, and its criteria when they hold."""
    mine, errors = _acted(post, normal(state_of(post, population)))
    base = base_of(post.get("base", ""))
    state = merged(base, mine, stored) if base is not None else mine
    posted = Posted(state, errors)
    try:
        posted.criteria = read_state(state, population)
    except UnreadableFormError as error:
        posted.errors.update(error.errors)
    return posted


def read_state(state: State, population: str) -> Criteria:
    """The criteria of a state. Raises UnreadableFormError."""
    made = criteria_of(state, population)
    try:
        return Criteria.from_json(made)
    except InvalidCriteriaError as error:
        raise UnreadableFormError({_owner(error.path, made): error.message}) from error


def base_of(text: str) -> State | None:
    """The state that the form was made from; None when it says nothing readable."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if not isinstance(value, dict) or not set(value) <= set(FIELDS):
        return None
    for values in value.values():
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            return None
    return value


# -- buttons ---------------------------------------------------------------------------------------


def _acted(post: QueryDict, state: State) -> tuple[State, dict[str, str]]:
    """The state after the button that was pressed, if it was one of ours."""
    errors: dict[str, str] = {}
    state = {name: list(values) for name, values in state.items()}
    for name, act in _BUTTONS.items():
        for value in post.getlist(name):
            try:
                act(state, value)
            except (UnreadablePlaceError, UnreadablePointError) as error:
                errors["place"] = str(error)
    try:
        _draw(post, state)
    except UnreadablePointError as error:
        errors["place"] = str(error)
    return {name: values for name, values in state.items() if values}, errors


def _draw(post: QueryDict, state: State) -> None:
    """A circle or a polygon that was typed."""
    look = post.get("look", "")
    if look == "radius":
        circle = circle_around(post.get("point", ""), post.get("radius_km", ""))
        _add(state, "place", circle.token)
    elif look == "corners":
        _add(state, "place", polygon_of(post.get("corners", "")).token)


def _add_place(state: State, token: str) -> None:
    place = place_of(token)
    if isinstance(place, Circle):
        place = named(place)
    _drop(state, "without", place.token)
    _add(state, "place", place.token)


def _add_without(state: State, token: str) -> None:
    place = place_of(token)
    _drop(state, "place", place.token)
    _add(state, "without", place.token)


def _toggle_place(state: State, token: str) -> None:
    if token in state.get("place", []):
        _drop(state, "place", token)
    else:
        _add_place(state, token)


def _add_naf(state: State, code: str) -> None:
    """A wide activity takes the place of those inside it."""
    if not is_activity(code):
        return
    inside = [other for other in state.get("naf", []) if _holds(code, other)]
    state["naf"] = [other for other in state.get("naf", []) if other not in inside]
    _add(state, "naf", code)


def _holds(wide: str, narrow: str) -> bool:
    return len(wide) > 1 and narrow != wide and narrow.startswith(wide)


def _add(state: State, name: str, value: str) -> None:
    values = state.setdefault(name, [])
    if value not in values:
        values.append(value)


def _drop(state: State, name: str, value: str) -> None:
    state[name] = [other for other in state.get(name, []) if other != value]


_BUTTONS: Final[dict[str, Callable[[State, str], None]]] = {
    "add_place": _add_place,
    "add_without": _add_without,
    "toggle_place": _toggle_place,
    "add_naf": _add_naf,
}


# -- which field an error is about -----------------------------------------------------------------

_BY_PATH: Final = {
    "quotas": "quotas",
    "sample.seed": "seed",
    "sample": "sample",
    "one_per": "one_per",
    "exclude.file": "stop_file",
    "channel": "channel",
}


def _owner(path: str, made: dict[str, Any]) -> str:
    """The field of the form that holds what is wrong at `path` of the criteria."""
    if path.startswith("where.all["):
        position = int(path.removeprefix("where.all[").partition("]")[0])
        return _field_of(made["where"]["all"][position], path)
    return next((name for start, name in _BY_PATH.items() if path.startswith(start)), "other")


def _field_of(condition: dict[str, Any], path: str) -> str:
    name: str = condition.get("field", "")
    if name == "created_on":
        return "created_to" if path.endswith(".to") else "created_from"
    if name in FIELDS and name not in FLAGS:
        return name
    if "reachable" in condition:
        return "also_reachable"
    return "without" if "not" in condition else "place"
