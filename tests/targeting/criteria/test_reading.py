"""Criteria in JSON: what is right is read, what is wrong is refused with its place."""

import json
from datetime import date
from typing import Any

import pytest

from marketingconnect.targeting.criteria import (
    All,
    AnyOf,
    Between,
    Channel,
    Criteria,
    Exclusions,
    Group,
    InvalidCriteriaError,
    Near,
    Not,
    Population,
    Quotas,
    Reachable,
    Sample,
    Use,
    ValueIn,
    Within,
)

Json = dict[str, Any]

SMALLEST: Json = {
    "version": 1,
    "population": "consumers",
    "channel": "post",
    "use": "rental",
    "where": {"all": []},
}
FULL: Json = SMALLEST | {
    "where": {
        "all": [
            {"field": "departement", "in": ["69", "38"]},
            {"any": [{"field": "sex", "in": [2]}, {"field": "housing", "in": [1]}]},
            {"not": {"field": "age_band", "in": [4, 3, 3]}},
            {"near": {"zone": 0, "x": 842000, "y": 6519000, "metres": 10000, "label": "Lyon"}},
            {"within": {"zone": 0, "points": [[0, 0], [9, 0], [9, 9]], "label": "Triangle"}},
            {"reachable": "phone"},
        ]
    },
    "exclude": {"earlier_deliveries": True, "file": 12, "over_solicited": True, "records": [7, 3]},
    "one_per": "household",
    "quotas": {"by": "departement", "limits": {"69": 1000, "38": 0}},
    "sample": {"size": 5000, "seed": 42},
}


def with_condition(condition: object, population: str = "consumers") -> Json:
    """The smallest criteria with this one condition."""
    return SMALLEST | {"population": population, "where": {"all": [condition]}}


def test_the_smallest_criteria_ask_for_everybody() -> None:
    criteria = Criteria.from_json(SMALLEST)

    assert criteria == Criteria(Population.CONSUMERS, Channel.POST, Use.RENTAL)
    assert criteria.where == All(())
    assert criteria.seed == 1


def test_every_part_is_read_into_its_type() -> None:
    criteria = Criteria.from_json(FULL)

    assert criteria.where == All(
        (
            ValueIn("departement", ("38", "69")),
            AnyOf((ValueIn("sex", (2,)), ValueIn("housing", (1,)))),
            Not(ValueIn("age_band", (3, 4))),
            Near(0, 842000, 6519000, 10000, "Lyon"),
            Within(0, ((0, 0), (9, 0), (9, 9)), "Triangle"),
            Reachable(Channel.PHONE),
        )
    )
    assert criteria.exclude == Exclusions(True, 12, True, (3, 7))
    assert criteria.one_per is Group.HOUSEHOLD
    assert criteria.quotas == Quotas("departement", (("38", 0), ("69", 1000)))
    assert criteria.sample == Sample(5000, 42)
    assert criteria.seed == 42


@pytest.mark.parametrize("value", [SMALLEST, FULL])
def test_what_is_written_reads_back_the_same(value: Json) -> None:
    criteria = Criteria.from_json(value)
    written = criteria.to_json()

    assert Criteria.from_json(written) == criteria
    assert Criteria.from_text(json.dumps(written)) == criteria
    assert Criteria.from_json(written).to_json() == written


def test_the_same_choice_written_otherwise_has_the_same_fingerprint() -> None:
    one = Criteria.from_json(with_condition({"field": "sex", "in": [2, 1, 2]}))
    other = Criteria.from_json(
        with_condition({"field": "sex", "in": [1, 2]}) | {"exclude": None, "one_per": None}
    )

    assert one.fingerprint() == other.fingerprint()
    assert one.fingerprint() != Criteria.from_json(SMALLEST).fingerprint()


def test_dates_of_creation_may_be_open_at_one_end() -> None:
    read = Criteria.from_json(
        with_condition({"field": "created_on", "from": "2020-01-01", "to": None}, "professionals")
    )

    assert read.where == All((Between("created_on", date(2020, 1, 1), None),))


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "naf", "in": ["I", "56", "56.1", "56.10", "56.10A"]},
        {"field": "naf25", "in": ["56.11J"]},
        {"field": "headcount", "in": ["NN", "00", "11", "53"]},
        {"field": "legal_form", "in": ["5", "57", "5710"]},
        {"field": "head_office", "in": [True]},
        {"field": "has_trade_name", "in": [False]},
        {"field": "sole_trader", "in": [True, False]},
        {"field": "region", "in": ["84"]},
        {"field": "departement", "in": ["2A", "971", "01"]},
        {"field": "commune", "in": ["2A004", "97105"]},
        {"field": "iris", "in": ["693810101"]},
        {"field": "epci", "in": ["200046977"]},
        {"field": "postal_code", "in": ["69001"]},
    ],
)
def test_every_field_of_professionals_takes_its_codes(condition: Json) -> None:
    Criteria.from_json(with_condition(condition, "professionals"))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ([], ""),
        (SMALLEST | {"version": 2}, "version"),
        (SMALLEST | {"version": True}, "version"),
        (SMALLEST | {"population": "people"}, "population"),
        (SMALLEST | {"channel": "fax"}, "channel"),
        (SMALLEST | {"use": ["rental"]}, "use"),
        (SMALLEST | {"colour": 1}, ""),
        ({key: SMALLEST[key] for key in SMALLEST if key != "where"}, ""),
        (SMALLEST | {"where": None}, "where"),
        (SMALLEST | {"where": {}}, "where"),
        (SMALLEST | {"where": {"all": [], "any": []}}, "where"),
        (SMALLEST | {"where": {"any": []}}, "where.any"),
        (SMALLEST | {"where": {"all": {}}}, "where.all"),
        (with_condition({"field": "religion", "in": ["x"]}), "where.all[0].field"),
        (with_condition({"field": ["sex"], "in": [1]}), "where.all[0].field"),
        (with_condition({"field": "naf", "in": ["56"]}), "where.all[0].field"),
        (with_condition({"field": "age_band", "in": [3]}, "professionals"), "where.all[0].field"),
        (with_condition({"field": "sex", "in": []}), "where.all[0].in"),
        (with_condition({"field": "sex", "in": [1, True]}), "where.all[0].in[1]"),
        (with_condition({"field": "sex", "in": [1, 3]}), "where.all[0].in[1]"),
        (with_condition({"field": "sex", "in": [1], "not": {}}), "where.all[0]"),
        (with_condition({"field": "commune", "in": ["69381", "6938"]}), "where.all[0].in[1]"),
        (with_condition({"field": "region", "in": ["84\n"]}), "where.all[0].in[0]"),
        (with_condition({"field": "region", "in": ["٨٤' OR 1=1"]}), "where.all[0].in[0]"),
        (with_condition({"not": {"reachable": "smoke"}}), "where.all[0].not.reachable"),
        (with_condition({"field": "created_on"}, "professionals"), "where.all[0]"),
        (
            with_condition({"field": "created_on", "from": "20200101"}, "professionals"),
            "where.all[0].from",
        ),
        (
            with_condition(
                {"field": "created_on", "from": "2020-01-02", "to": "2020-01-01"}, "professionals"
            ),
            "where.all[0].to",
        ),
        (
            with_condition({"near": {"zone": 0, "x": 1.5, "y": 2, "metres": 3}}),
            "where.all[0].near.x",
        ),
        (
            with_condition({"near": {"zone": 0, "x": 1, "y": 2, "metres": 0}}),
            "where.all[0].near.metres",
        ),
        (
            with_condition({"near": {"zone": 0, "x": 1, "y": 2, "metres": 9, "label": "a\x00"}}),
            "where.all[0].near.label",
        ),
        (
            with_condition({"within": {"zone": 0, "points": [[0, 0], [1, 1]]}}),
            "where.all[0].within.points",
        ),
        (
            with_condition({"within": {"zone": 0, "points": [[0, 0], [1, 1], [1]]}}),
            "where.all[0].within.points[2]",
        ),
        (SMALLEST | {"exclude": {"earlier_deliveries": 1}}, "exclude.earlier_deliveries"),
        (SMALLEST | {"exclude": {"file": "12"}}, "exclude.file"),
        (SMALLEST | {"exclude": {"records": [1, -1]}}, "exclude.records[1]"),
        (SMALLEST | {"exclude": {"friends": True}}, "exclude"),
        (SMALLEST | {"one_per": "company"}, "one_per"),
        (SMALLEST | {"quotas": {"by": "sex", "limits": {"1": 1}}}, "quotas.by"),
        (SMALLEST | {"quotas": {"by": "region", "limits": {}}}, "quotas.limits"),
        (SMALLEST | {"quotas": {"by": "region", "limits": {"xx": 1}}}, "quotas.limits"),
        (SMALLEST | {"quotas": {"by": "region", "limits": {"84": -1}}}, "quotas.limits.84"),
        (SMALLEST | {"sample": {"size": 0, "seed": 1}}, "sample.size"),
        (SMALLEST | {"sample": {"size": 10}}, "sample"),
    ],
)
def test_what_means_nothing_is_refused_with_its_place(value: object, path: str) -> None:
    with pytest.raises(InvalidCriteriaError) as refused:
        Criteria.from_json(value)

    assert refused.value.path == path
    assert refused.value.message.endswith((".", "iris"))


def test_nested_conditions_have_an_end() -> None:
    deep: Json = {"reachable": "phone"}
    for _ in range(20):
        deep = {"not": deep}

    with pytest.raises(InvalidCriteriaError, match="niveaux"):
        Criteria.from_json(with_condition(deep))


def test_too_many_conditions_values_or_points_are_refused() -> None:
    many = [{"reachable": "phone"}] * 150
    with pytest.raises(InvalidCriteriaError, match="conditions"):
        Criteria.from_json(SMALLEST | {"where": {"all": [{"all": many}, {"all": many}]}})
    codes = [f"{number:05}" for number in range(30_000)]
    postal = {"field": "postal_code", "in": codes}
    with pytest.raises(InvalidCriteriaError, match="valeurs"):
        Criteria.from_json(SMALLEST | {"where": {"any": [postal, postal]}})
    shape = {"within": {"zone": 0, "points": [[0, 0]] * 600}}
    with pytest.raises(InvalidCriteriaError, match="points"):
        Criteria.from_json(SMALLEST | {"where": {"any": [shape, shape]}})


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, b"\xff\xfe", '{"version": NaN}'])
def test_text_that_is_no_criteria_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidCriteriaError):
        Criteria.from_text(text)


def test_a_text_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidCriteriaError, match="trop long"):
        Criteria.from_text(" " * 2_000_001)


def test_a_refusal_travels_between_processes() -> None:
    error = InvalidCriteriaError("where.all[0]", "Une condition est attendue ici.")
    same, arguments = error.__reduce__()
    copy = same(*arguments)

    assert (copy.path, copy.message) == (error.path, error.message)
