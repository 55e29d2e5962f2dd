"""Lines of an address, keys of numbers: SQL decides what the kernel would."""

import string
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.engine import quoted
from marketingconnect.base.sirene.layout import ESTABLISHMENTS, UNITS
from marketingconnect.base.sirene.matching.keys import has_true_key
from marketingconnect.base.sirene.matching.lines import (
    STREET_TYPES,
    define,
    fit,
    fitted,
    line_columns,
    word_columns,
)
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.postal_address import BusinessAddress
from marketingconnect.kernel.siren import normalise_siret

WORDS = [
    wanted.ours
    if kind is ESTABLISHMENTS or wanted.ours not in ("name", "usual_name")
    else f"u_{wanted.ours}"
    for kind in (ESTABLISHMENTS, UNITS)
    for wanted in kind.wanted
    if wanted.ours not in ("diffusion", "state")
]


@pytest.fixture(scope="module")
def duck() -> Iterator[Any]:
    with duckdb.connect() as connection:
        define(connection)
        yield connection


def laid(duck: Any, **told: str) -> dict[str, str]:
    """The columns of one establishment, in a town whose label is ST ETIENNE."""
    values = ", ".join(f"CAST({_literal(told.get(word))} AS VARCHAR) AS {word}" for word in WORDS)
    words, lines = (
        ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        for columns in (word_columns(), line_columns())
    )
    source = f"(SELECT {values}) m, (SELECT 'ST ETIENNE' AS label) p"
    query = f"SELECT {lines} FROM (SELECT *, {words} FROM {source})"
    result = duck.execute(query)
    names = [column[0] for column in result.description]
    return dict(zip(names, result.fetchone(), strict=True))


def _literal(value: str | None) -> str:
    return "NULL" if value is None else quoted(value)


def test_a_street_is_spelled_out_on_line_4(duck: Any) -> None:
    row = laid(
        duck,
        number="12",
        repetition="B",
        street_type="AV",
        street="de l'Église",
        complement=" bâtiment C,\n2e étage ",
        postal_code="42000",
    )

    assert row["line3"] == "BÂTIMENT C, 2E ÉTAGE"
    assert row["line4"] == "12 BIS AVENUE DE L EGLISE"
    assert (row["line5"], row["postal_code"], row["town"]) == ("", "42000", "ST ETIENNE")


def test_a_hamlet_stands_on_line_5_and_leaves_it_to_a_box(duck: Any) -> None:
    alone = laid(duck, street="LES GRANGES", street_type="LD", postal_code="42000")
    with_box = laid(duck, street="LES GRANGES", delivery="BP 12", postal_code="42000")

    assert (alone["line4"], alone["line5"]) == ("", "LES GRANGES")
    assert (with_box["line4"], with_box["line5"]) == ("LES GRANGES", "BP 12")


@pytest.mark.parametrize(
    ("cedex", "line5"),
    [
        ("SAINT-ETIENNE CEDEX 2", "CS 10012"),
        ("ST ETIENNE CEDEX", "CS 10012"),
        ("LYON CEDEX 03", "CS 10012 ST ETIENNE"),
    ],
)
def test_a_cedex_replaces_the_postal_code_and_names_the_town_when_it_is_another(
    duck: Any, cedex: str, line5: str
) -> None:
    row = laid(
        duck,
        number="1",
        street_type="RUE",
        street="DU PORT",
        delivery="CS 10012",
        postal_code="42000",
        cedex_code="42950",
        cedex=cedex,
    )

    assert (row["line5"], row["postal_code"]) == (line5, "42950")
    assert "CEDEX" in row["town"]


def test_a_sole_trader_is_its_person_and_a_company_its_name(duck: Any) -> None:
    person = laid(
        duck,
        legal_form="1000",
        first_name="ELISE",
        usual_first_name="LISE",
        last_name="MARTHA",
        usual_last_name="VOISIN",
        sign="CHEZ LISE",
    )
    company = laid(duck, legal_form="5710", u_name="ATELIERS  DU PUITS", sign="ATELIERS DU PUITS")
    nameless = laid(duck, legal_form="9220", acronym="ADP")

    assert (person["name"], person["trade_name"]) == ("LISE VOISIN", "CHEZ LISE")
    assert (company["name"], company["trade_name"]) == ("ATELIERS DU PUITS", "")
    assert nameless["name"] == "ADP"


@given(street=st.text(alphabet=string.ascii_letters + "éèàçœÆ'-, 0123456789", max_size=60))
def test_a_street_reads_as_the_kernel_writes_it(duck: Any, street: str) -> None:
    told = laid(duck, number="7", street_type="RUE", street=street, postal_code="42000")["line4"]
    expected = BusinessAddress(
        company="X", street=f"7 RUE {street}", postal_code="42000", town="ST ETIENNE"
    ).six_lines()[3]
    (line,) = duck.execute(f"SELECT {fit('line4')} FROM (SELECT ? AS line4)", [told]).fetchone()

    assert len(line) <= 38
    assert line == expected or (len(expected) > 38 and expected.startswith(line))


@given(
    place=st.sampled_from(["name", "trade_name", "line3", "line4", "line5"]),
    said=st.text(alphabet="ABCDEFGH  ", min_size=1, max_size=120).map(
        lambda s: " ".join(s.split())
    ),
)
def test_a_line_that_does_not_fit_is_cut_between_two_words(place: str, said: str) -> None:
    line = fitted(place, said)

    assert len(line) <= 38
    assert said.startswith(line)
    if len(said) > 38 and " " in said[:38]:
        assert said[len(line) : len(line) + 1] == " "


def test_a_long_line_is_first_abbreviated() -> None:
    assert fitted("line4", "145 BOULEVARD DU MARECHAL DE LA ROCHE DOREE") == (
        "145 BD DU MARECHAL DE LA ROCHE DOREE"
    )
    assert all(fitted("line4", long) == long for long in STREET_TYPES.values())


@given(digits=st.text(alphabet=string.digits, min_size=14, max_size=14))
def test_keys_are_those_of_the_kernel(duck: Any, digits: str) -> None:
    for siret in (digits, f"356000000{digits[:5]}", with_true_keys(digits)):
        try:
            expected = normalise_siret(siret) == siret
        except InvalidValueError:
            expected = False
        condition = has_true_key(str(int(siret)), str(int(siret[:9])))
        assert duck.execute(f"SELECT {condition}").fetchone() == (expected,), siret


def with_true_keys(digits: str) -> str:
    """The same number with keys that hold, so that both answers are met."""
    siren = digits[:8] + luhn(digits[:8])
    return siren + digits[9:13] + luhn(siren + digits[9:13])


def luhn(number: str) -> str:
    doubled = [
        sum(divmod(2 * int(digit), 10)) if place % 2 == 0 else int(digit)
        for place, digit in enumerate(reversed(number))
    ]
    return str(-sum(doubled) % 10)
