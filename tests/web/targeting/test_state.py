"""The form of a target: to criteria and back, and two people's changes that meet."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.targeting.criteria import Criteria
from marketingconnect.web.targeting.changes import changes
from marketingconnect.web.targeting.choices import value_name
from marketingconnect.web.targeting.posting import base_of, read_posted, read_state
from marketingconnect.web.targeting.state import (
    State,
    UnreadableFormError,
    criteria_of,
    merged,
    normal,
    state_from,
    state_of,
)

FULL: State = {
    "channel": ["phone"],
    "place": [
        "departement:38",
        "city:69123",
        "near:0:842000:6519000:10000:Lyon",
        "within:0:1,2;3,4;5,6:Zone",
    ],
    "without": ["commune:38185"],
    "age_band": ["3", "4"],
    "sex": ["2"],
    "also_reachable": ["email"],
    "earlier": ["on"],
    "over_solicited": ["on"],
    "one_per": ["household"],
    "quota_by": ["departement"],
    "quotas": ["69:1000", "38:500"],
    "sample": ["5000"],
    "seed": ["42"],
}
BUSINESS: State = {
    "channel": ["post"],
    "naf": ["56.10A", "I"],
    "headcount": ["01", "NN"],
    "legal_form": ["5"],
    "head_office": ["yes"],
    "has_trade_name": ["no"],
    "sole_trader": ["no"],
    "created_from": ["2020-01-01"],
    "created_to": ["2026-01-31"],
    "one_per": ["company"],
}


def same(one: State, other: State) -> bool:
    return {k: sorted(v) for k, v in one.items()} == {k: sorted(v) for k, v in other.items()}


@pytest.mark.parametrize(
    ("state", "population"), [(FULL, "consumers"), (BUSINESS, "professionals")]
)
def test_what_the_form_holds_is_found_again_in_the_criteria(state: State, population: str) -> None:
    criteria = read_state(state, population)

    assert same(state_from(criteria.to_json()), state)


def test_an_empty_form_is_everybody_by_post() -> None:
    criteria = read_state({}, "consumers")

    assert criteria == Criteria.from_json(
        {"version": 1, "population": "consumers", "channel": "post", "use": "rental",
         "where": {"all": []}}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "use"),
    [("post", "rental"), ("phone", "rental"), ("mobile", "sending"), ("email", "sending")],
)
def test_a_mobile_or_an_e_mail_address_is_never_handed_over(channel: str, use: str) -> None:
    assert criteria_of({"channel": [channel]}, "consumers")["use"] == use


def test_a_condition_that_the_form_cannot_show_is_kept_whole() -> None:
    odd = {"any": [{"field": "age_band", "in": [3]}, {"field": "sex", "in": [1]}]}
    criteria = Criteria.from_json({**criteria_of({}, "consumers"), "where": {"all": [odd]}})

    again = read_state(state_from(criteria.to_json()), "consumers")

    assert again == criteria


def test_the_fields_of_the_other_population_are_left_out() -> None:
    typed = QueryDict("age_band=3&naf=56.10A&channel=post&unknown=1")

    assert state_of(typed, "consumers") == {"channel": ["post"], "age_band": ["3"]}
    assert state_of(typed, "professionals") == {"channel": ["post"], "naf": ["56.10A"]}


def test_numbers_are_typed_with_or_without_spaces_and_quotas_a_line_each() -> None:
    typed = QueryDict(mutable=True)
    typed.update({"sample": "5 000", "quota_by": "departement", "quotas": "69 : 1 000\n\n38:20"})

    made = criteria_of(normal(state_of(typed, "consumers")), "consumers")

    assert made["sample"] == {"size": 5000, "seed": 1}
    assert made["quotas"] == {"by": "departement", "limits": {"69": 1000, "38": 20}}


@pytest.mark.parametrize(
    ("state", "field", "words"),
    [
        ({"sample": ["beaucoup"]}, "sample", "nombre entier"),
        ({"sample": ["0"]}, "sample", "au moins un contact"),
        ({"seed": ["²"], "sample": ["10"]}, "seed", "nombre entier"),
        ({"quota_by": ["departement"], "quotas": ["Rhône"]}, "quotas", "n’est pas un quota"),
        ({"quota_by": ["departement"], "quotas": ["6900:10"]}, "quotas", "code"),
        ({"place": ["near:0:1:1:300000:Loin"]}, "place", "200 kilomètres"),
        ({"place": ["within:0:1,2:Ligne"]}, "place", "sommets"),
        ({"place": ["lune:1"]}, "place", "illisible"),
        ({"without": ["departement:ZZ"]}, "without", "exemple"),
        ({"age_band": ["99"]}, "age_band", "exemple"),
        ({"other": ["{"]}, "other", "illisible"),
        ({"one_per": ["company"]}, "one_per", "regroupement"),
        ({"channel": ["pigeon"]}, "channel", "Choisissez"),
    ],
)
def test_what_no_field_may_hold_is_said_beside_it(state: State, field: str, words: str) -> None:
    with pytest.raises(UnreadableFormError) as refusal:
        read_state(state, "consumers")

    assert words in refusal.value.errors[field]


def test_a_date_that_is_none_is_said_beside_its_field() -> None:
    with pytest.raises(UnreadableFormError) as refusal:
        read_state({"created_to": ["2026-02-31"]}, "professionals")

    assert "date" in refusal.value.errors["created_to"]


# -- two people --------------------------------------------------------------------------------


def test_each_keeps_what_the_other_changed() -> None:
    base: State = {"age_band": ["3", "4"], "sex": ["1"], "sample": ["100"]}
    mine: State = {"age_band": ["3", "4", "5"], "sex": ["1"], "sample": ["100"]}
    theirs: State = {"age_band": ["4"], "sample": ["200"]}

    assert merged(base, mine, theirs) == {"age_band": ["4", "5"], "sample": ["200"]}


STATES = st.dictionaries(
    st.sampled_from(["age_band", "sex", "sample", "earlier", "place"]),
    st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=3, unique=True),
)


@given(STATES, STATES)
def test_who_is_alone_gets_what_it_typed(base: State, mine: State) -> None:
    assert same(merged(base, mine, base), mine)


@given(STATES, STATES)
def test_who_changed_nothing_gets_what_stands(base: State, theirs: State) -> None:
    assert same(merged(base, base, theirs), theirs)


def test_a_form_says_what_it_was_made_from_and_anything_else_is_ignored() -> None:
    assert base_of('{"sex":["1"]}') == {"sex": ["1"]}
    for odd in ("", "{", "[]", '{"sex":1}', '{"sex":[1]}', '{"inconnu":["1"]}'):
        assert base_of(odd) is None


# -- buttons -----------------------------------------------------------------------------------


def pressed(stored: State, population: str = "consumers", **posted: str) -> State:
    typed = QueryDict(mutable=True)
    for name, values in stored.items():
        typed.setlist(name, values)
    typed.update(posted)
    read = read_posted(typed, stored=stored, population=population)
    assert read.errors == {}
    return read.state


def test_buttons_add_take_away_and_exclude_places() -> None:
    stored: State = {"place": ["departement:69"]}

    assert pressed(stored, add_place="departement:38")["place"] == [
        "departement:69",
        "departement:38",
    ]
    assert "place" not in pressed(stored, toggle_place="departement:69")
    assert pressed(stored, add_without="commune:69381")["without"] == ["commune:69381"]
    assert pressed({"without": ["departement:69"]}, add_place="departement:69") == {
        "place": ["departement:69"]
    }


def test_a_circle_drawn_on_the_map_takes_the_name_of_the_nearest_town() -> None:
    (token,) = pressed({}, add_place="near:0:842666:6519924:5000:")["place"]

    assert token.startswith("near:0:842666:6519924:5000:Lyon")


def test_a_radius_and_a_polygon_are_typed_where_there_is_no_map() -> None:
    (circle,) = pressed({}, look="radius", point="69003 Lyon", radius_km="7,5")["place"]
    (point,) = pressed({}, look="radius", point="45.76, 4.83", radius_km="2")["place"]
    (polygon,) = pressed({}, look="corners", corners="45.7, 4.8\n45.8, 4.8\n45.8, 4.9\n")["place"]

    assert ":7500:" in circle
    assert "Lyon" in circle
    assert ":2000:" in point
    assert polygon.startswith("within:0:")


@pytest.mark.parametrize(
    "posted",
    [
        {"look": "radius", "point": "nulle part", "radius_km": "10"},
        {"look": "radius", "point": "Lyon", "radius_km": "mille"},
        {"look": "radius", "point": "0, 0", "radius_km": "10"},
        {"look": "corners", "corners": "45.7, 4.8"},
        {"add_place": "near:0:1:1:0:"},
    ],
)
def test_a_place_that_cannot_be_drawn_is_an_error_and_nothing_changes(
    posted: dict[str, str],
) -> None:
    typed = QueryDict(mutable=True)
    typed.update(posted)

    read = read_posted(typed, stored={}, population="consumers")

    assert "place" in read.errors
    assert read.state == {}


def test_a_wide_activity_takes_the_place_of_those_inside_it() -> None:
    stored: State = {"naf": ["56.10A", "47.11B"]}

    assert pressed(stored, "professionals", add_naf="56")["naf"] == ["47.11B", "56"]
    assert pressed(stored, "professionals", add_naf="99.99Z")["naf"] == ["56.10A", "47.11B"]


# -- changes in words --------------------------------------------------------------------------


def test_each_change_is_named() -> None:
    before: State = {"age_band": ["3", "4"], "place": ["departement:69"], "sample": ["10"]}
    after: State = {"place": ["departement:69", "city:75056"], "sample": ["20"], "earlier": ["on"]}

    assert changes(before, after, value_name) == [
        "a changé le critère Où\u00a0: plus Paris",
        "a retiré le critère Âge",
        "a coché «\u00a0Sans mes livraisons précédentes\u00a0»",
        "a changé le critère Échantillon\u00a0: 20",
    ]
    assert changes(before, before, value_name) == []
