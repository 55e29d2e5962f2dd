"""Numbers in the words of the screen: dates, steps of colour, what is hidden."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.web.targeting.figures import (
    TOO_FEW,
    area_rows,
    breakdown,
    legend_of,
    shortened,
    source_line,
    step_ends,
    step_of,
)


def test_a_count_says_its_base_its_register_and_its_hour() -> None:
    said = source_line(
        as_of=date(2026, 11, 1),
        vintage=date(2026, 10, 1),
        counted_at=datetime(2026, 11, 24, 13, 32, tzinfo=UTC),
    )

    assert said.replace("\u00a0", " ") == (
        "base du 1er nov. 2026 · SIRENE d’octobre 2026 · compté à 14:32"
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0"),
        (950, "950"),
        (1_000, "1 k"),
        (1_234, "1,2 k"),
        (12_480, "12 k"),
        (1_300_000, "1,3 M"),
    ],
)
def test_figures_on_the_map_are_short(count: int, said: str) -> None:
    assert shortened(count).replace("\u00a0", " ") == said


@given(st.lists(st.integers(min_value=1, max_value=10**7), min_size=1, max_size=120))
def test_every_count_has_a_step_and_the_largest_the_darkest(counts: list[int]) -> None:
    ends = step_ends(counts)

    assert {step_of(count, ends) for count in counts} <= {1, 2, 3, 4, 5}
    assert step_of(max(counts), ends) == 5
    assert sorted(counts, key=lambda count: (step_of(count, ends), count)) == sorted(counts)


def test_a_figure_that_is_hidden_is_said_and_not_drawn() -> None:
    areas = area_rows("departement", {"69": 500, "38": None, "01": 0})

    assert [(area.name, area.text, area.step, area.width) for area in areas] == [
        ("Rhône (69)", "500", 5, 100),
        ("Isère (38)", TOO_FEW, 0, 0),
    ]
    assert legend_of({"69": 500, "38": None}) == ((0, TOO_FEW), (5, "500"))


def test_a_breakdown_has_shares_of_what_is_told() -> None:
    found = breakdown("Par sexe", "Sexe", [("Hommes", 75), ("Femmes", 25), ("Non renseigné", 0)])

    assert [(row.name, row.text.replace("\u00a0", " "), row.width) for row in found.rows] == [
        ("Hommes", "75 · 75 %", 100),
        ("Femmes", "25 · 25 %", 33),
    ]
