"""Postal addresses on six lines of 38 characters."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.postal_address import (
    LINE_LENGTH,
    BusinessAddress,
    InvalidAddressError,
    PersonalAddress,
)


def test_a_person_s_address_goes_from_the_person_to_the_place() -> None:
    address = PersonalAddress(
        name="Mme Nadia  Benali",
        inside="Chez M. Martin, Appartement 12",
        building="Résidence des Tilleuls",
        street="12 bis, rue de l’Église",
        place="Lieu-dit « La Croix »",
        postal_code="69003",
        town="Lyon",
    )

    assert address.lines() == (
        "Mme Nadia Benali",
        "Chez M. Martin, Appartement 12",
        "Résidence des Tilleuls",
        "12 BIS RUE DE L EGLISE",
        "LIEU DIT LA CROIX",
        "69003 LYON",
    )
    assert address.errors() == ()


def test_empty_lines_are_not_printed() -> None:
    address = BusinessAddress(
        company="Boulangerie Nadia",
        recipient="Service comptabilité",
        street="3 place du Marché",
        postal_code="69424",
        town="Lyon CEDEX 03",
    )

    assert address.lines() == (
        "Boulangerie Nadia",
        "Service comptabilité",
        "3 PLACE DU MARCHE",
        "69424 LYON CEDEX 03",
    )


def test_a_line_is_shortened_only_when_it_does_not_fit_and_no_more_than_needed() -> None:
    fits = PersonalAddress(
        name="M. Lou", street="8 avenue du général Leclerc", postal_code="13001", town="Marseille"
    )
    too_long = PersonalAddress(
        name="M. Lou",
        street="128 boulevard du maréchal de Lattre de Tassigny",
        postal_code="42100",
        town="Saint-Étienne",
    )

    assert fits.lines()[1] == "8 AVENUE DU GENERAL LECLERC"
    assert too_long.lines()[1] == "128 BD DU MAL DE LATTRE DE TASSIGNY"
    assert too_long.lines()[2] == "42100 SAINT ETIENNE"


def test_ligatures_are_spelled_out() -> None:
    address = PersonalAddress(
        name="M. Lou", street="1 rue du Sacré-Cœur", postal_code="97400", town="Saint-Denis"
    )

    assert address.lines()[1] == "1 RUE DU SACRE COEUR"


def test_errors_name_their_line() -> None:
    address = PersonalAddress(name=" ", postal_code="6900", town="Lyon")

    assert [(error.line, error.code) for error in address.errors()] == [
        (1, "name_missing"),
        (4, "street_missing"),
        (6, "postal_code_shape"),
    ]
    with pytest.raises(InvalidAddressError) as caught:
        address.lines()
    assert caught.value.errors == address.errors()
    assert pickle.loads(pickle.dumps(caught.value)).errors == address.errors()  # noqa: S301


def test_a_line_that_cannot_be_shortened_enough_is_refused() -> None:
    address = BusinessAddress(
        company="Société anonyme des établissements réunis",
        street="1 rue Haute",
        postal_code="75001",
        town="",
    )

    assert [(error.line, error.code) for error in address.errors()] == [
        (1, "line_too_long"),
        (6, "town_missing"),
    ]
    assert "« Société" in address.errors()[0].message.replace("\u00a0", " ")


words = st.text("abcéèàçôÉ'-. ,rueALLÉE0123456789", max_size=60)


@given(words, words, words, words, words)
def test_what_is_printed_always_fits(
    name: str, inside: str, street: str, place: str, town: str
) -> None:
    address = PersonalAddress(
        name=name, inside=inside, street=street, place=place, postal_code="59000", town=town
    )
    if address.errors():
        return
    lines = address.lines()
    assert 3 <= len(lines) <= 6
    assert all(0 < len(line) <= LINE_LENGTH for line in lines)
    assert lines[-1].startswith("59000 ")
    assert all(line.isascii() and line == line.upper() for line in lines[-2:])


def test_all_six_lines_are_shown_even_when_they_cannot_be_printed() -> None:
    address = PersonalAddress(
        name="", street="12, rue de l’Église", postal_code="69003", town="Lyon"
    )

    assert address.six_lines() == ("", "", "", "12 RUE DE L EGLISE", "", "69003 LYON")
