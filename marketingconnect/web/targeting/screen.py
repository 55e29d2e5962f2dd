"""What the templates of the targeting screen are given."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marketingconnect.base.vocabulary import Population
from marketingconnect.geography import GeographyNotBuiltError
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.web.targeting.choices import CHANNELS, Choice, options_of, value_name
from marketingconnect.web.targeting.fields import Field, fields_of
from marketingconnect.web.targeting.places import Circle, UnreadablePlaceError, place_of
from marketingconnect.web.targeting.state import State

_WHERE: Final = ("place", "without")
_PEOPLE: Final = ("age_band", "sex", "housing", "tenure", "income_band")
_ACTIVITY: Final = ("naf", "naf25")
_BUSINESS: Final = (
    "headcount", "legal_form", "head_office", "has_trade_name", "sole_trader",
    "created_from", "created_to",
)  # fmt: skip
_CHANNEL: Final = ("channel", "also_reachable")
_LEFT_OUT: Final = ("earlier", "over_solicited", "stop_file")
_HOW_MANY: Final = ("one_per", "quota_by", "quotas", "sample", "seed")


@dataclass(frozen=True, slots=True)
class Pick:
    """A value that may be ticked."""

    id: str
    value: str
    text: str
    label: str
    is_chosen: bool
    kilometres: str = ""
    """The radius of a circle, for its slider."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field with its picks, or its typed value."""

    name: str
    label: str
    picks: tuple[Pick, ...] = ()
    value: str = ""
    error: str = ""

    @property
    def id(self) -> str:
        return f"field-{self.name}"

    @property
    def chosen(self) -> list[Pick]:
        return [pick for pick in self.picks if pick.is_chosen]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are folded together; `summary` says what is chosen in them."""

    key: str
    title: str
    summary: str
    icon: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the screen's forms and scripts go; they differ by audience."""

    save: str
    details: str
    export: str
    places: str
    activities: str
    population: str
    session: str
    session_end: str
    leave: str
    home: str


@dataclass(frozen=True)
class Screen:
    """One target as it is shown to one person."""

    target: Any
    population: Population
    state: State
    addresses: Addresses
    may_write: bool
    is_advisor: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    stop_files: tuple[tuple[str, str], ...] = ()

    @property
    def base(self) -> str:
        """The state that the form was made from, carried by it."""
        return json.dumps(self.state, ensure_ascii=False, separators=(",", ":"))

    @property
    def fields(self) -> dict[str, FieldView]:
        return {one.name: self._view(one) for one in fields_of(self.population)}

    @property
    def channels(self) -> list[tuple[Choice, bool]]:
        chosen = (self.state.get("channel") or ["post"])[0]
        return [(choice, choice.value == chosen) for choice in CHANNELS]

    @property
    def groups(self) -> dict[str, Group]:
        consumers = self.population == Population.CONSUMERS
        groups = [
            Group("where", "Où", self._summary(_WHERE, "Toute la France"), icon="map-pin"),
            Group("people", "Qui", self._summary(_PEOPLE, "Tout le monde"), icon="users")
            if consumers
            else Group(
                "activity",
                "Activité",
                self._summary(_ACTIVITY, "Toutes"),
                icon="briefcase-business",
            ),
            Group("business", "Établissement", self._summary(_BUSINESS, "Tous"), icon="store"),
            Group("channel", "Canal", self._summary(_CHANNEL, "Adresses postales"), icon="send"),
            Group("left_out", "Exclusions", self._summary(_LEFT_OUT, "Aucune"), icon="user-x"),
            Group("how_many", "Combien", self._summary(_HOW_MANY, "Tous"), icon="list-filter"),
        ]
        return {group.key: group for group in groups if not (consumers and group.key == "business")}

    @property
    def is_untouched(self) -> bool:
        """Nothing was chosen yet."""
        return set(self.state) <= {"channel", "one_per"}

    def _summary(self, names: tuple[str, ...], otherwise: str) -> str:
        parts = [text for name in names if (text := self._said(name))]
        return " · ".join(parts) or otherwise

    def _said(self, name: str) -> str:
        """What one field adds to its group's summary."""
        values = self.state.get(name, [])
        if not values or name == "seed":
            return ""
        view = self.fields.get(name)
        label = view.label if view else name
        if name in {"earlier", "over_solicited", "stop_file"}:
            return label
        if name == "sample":
            return f"{value_name(name, values[0])} tirés au sort"
        if name == "quotas":
            return f"{format_number_fr(len(values))} quotas"
        if len(values) > 2 or name == "without":
            return f"{label}\u00a0: {len(values)}"
        return ", ".join(value_name(name, value) for value in values)

    def _view(self, one: Field) -> FieldView:
        values = self.state.get(one.name, [])
        offered = options_of(one.name, self.population)
        if one.name == "stop_file":
            picks = tuple(
                Pick(f"stop-file-{key}", key, name, name, key in values)
                for key, name in self.stop_files
            )
        elif offered:
            picks = tuple(
                Pick(
                    f"{one.name}-{at}",
                    option.value,
                    option.text,
                    option.label,
                    option.value in values or (not values and not option.value),
                )
                for at, option in enumerate(offered)
            ) + self._unlisted(one.name, values, {option.value for option in offered})
        else:
            picks = self._unlisted(one.name, values, set())
        typed = "\n".join(values)
        return FieldView(one.name, one.label, picks, typed, self.errors.get(one.name, ""))

    def _unlisted(self, name: str, values: list[str], listed: set[str]) -> tuple[Pick, ...]:
        """Chosen values that are not offered as such: places, activities, finer legal forms."""
        return tuple(
            Pick(f"{name}-chosen-{at}", value, text, text, True, _kilometres(name, value))
            for at, value in enumerate(value for value in values if value not in listed)
            for text in (_name(name, value),)
        )


def _name(name: str, value: str) -> str:
    try:
        return value_name(name, value)
    except GeographyNotBuiltError:
        return value


def _kilometres(name: str, value: str) -> str:
    if name not in _WHERE:
        return ""
    try:
        place = place_of(value)
    except UnreadablePlaceError:
        return ""
    return f"{place.metres / 1000:g}" if isinstance(place, Circle) else ""
