"""SIREN, SIRET and VAT numbers, checked against python-stdnum."""

import pytest
import stdnum.fr.siren
import stdnum.fr.siret
import stdnum.fr.tva
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.siren import (
    format_siren,
    format_siret,
    normalise_siren,
    normalise_siret,
    normalise_vat_number,
    siren_of,
    vat_number,
)


def with_key(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


sirens = st.text("0123456789", min_size=8, max_size=8).map(with_key)


@pytest.mark.parametrize(
    "text", ["732829320", " 732 829 320 ", "732.829.320", "732\u00a0829\u202f320"]
)
def test_separators_are_dropped(text: str) -> None:
    assert normalise_siren(text) == "732829320"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "siren_digits"),
        ("73282932A", "siren_digits"),
        ("7328293200", "siren_length"),
        ("732829321", "siren_checksum"),
    ],
)
def test_a_wrong_siren_says_why(text: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        normalise_siren(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "siret",
    [
        "73282932000074",
        "35600000000048",  # La Poste, head office: an ordinary key
        "35600000009075",  # La Poste, an establishment: digit sum 35
    ],
)
def test_good_sirets_pass(siret: str) -> None:
    assert normalise_siret(siret) == siret


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("732829320", "siret_length"),
        ("7328293200007X", "siret_digits"),
        ("73282932000075", "siret_checksum"),
        ("35600000009076", "siret_checksum"),
    ],
)
def test_a_wrong_siret_says_why(text: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        normalise_siret(text)
    assert caught.value.code == code


def test_a_siret_needs_a_good_siren_inside() -> None:
    broken_siren = "732829321"
    siret = next(
        candidate for end in range(100000) if luhn.is_valid(candidate := f"{broken_siren}{end:05d}")
    )

    with pytest.raises(InvalidValueError):
        normalise_siret(siret)


def test_la_poste_s_exception_is_for_la_poste_only() -> None:
    siret = "73282932000004"
    assert sum(map(int, siret)) % 5 == 0

    with pytest.raises(InvalidValueError):
        normalise_siret(siret)


def test_numbers_are_shown_in_groups() -> None:
    assert format_siren("732829320") == "732\u00a0829\u00a0320"
    assert format_siret("73282932000074") == "732\u00a0829\u00a0320\u00a000074"
    assert siren_of("732 829 320 00074") == "732829320"


def test_a_vat_number_is_computed_and_checked() -> None:
    assert vat_number("732829320") == "FR44732829320"
    assert normalise_vat_number("fr 44 732 829 320") == "FR44732829320"
    with pytest.raises(InvalidValueError) as caught:
        normalise_vat_number("FR45732829320")
    assert caught.value.code == "vat_number_key"
    with pytest.raises(InvalidValueError) as caught:
        normalise_vat_number("DE123456789")
    assert caught.value.code == "vat_number_shape"


@given(st.text("0123456789", min_size=9, max_size=9))
def test_a_siren_is_judged_as_the_library_judges_it(digits: str) -> None:
    try:
        normalise_siren(digits)
        accepted = True
    except InvalidValueError:
        accepted = False
    assert accepted == stdnum.fr.siren.is_valid(digits)


@given(sirens, st.text("0123456789", min_size=4, max_size=4))
def test_a_siret_is_judged_as_the_library_judges_it(siren: str, nic: str) -> None:
    siret = with_key(siren + nic)

    assert normalise_siret(siret) == siret
    assert stdnum.fr.siret.is_valid(siret)


@given(st.text("0123456789", min_size=5, max_size=5))
def test_la_poste_is_judged_as_the_library_judges_it(nic: str) -> None:
    siret = "356000000" + nic
    try:
        normalise_siret(siret)
        accepted = True
    except InvalidValueError:
        accepted = False
    assert accepted == (stdnum.fr.siret.is_valid(siret) or luhn.is_valid(siret))


@given(sirens)
def test_vat_numbers_agree_with_the_library(siren: str) -> None:
    number = vat_number(siren)

    assert stdnum.fr.tva.is_valid(number)
    assert stdnum.fr.siren.to_tva(siren).replace(" ", "") == number[2:]
    assert normalise_vat_number(number) == number


@given(sirens, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(siren: str, position: int, shift: int) -> None:
    wrong = str((int(siren[position]) + shift) % 10)
    with pytest.raises(InvalidValueError):
        normalise_siren(siren[:position] + wrong + siren[position + 1 :])
