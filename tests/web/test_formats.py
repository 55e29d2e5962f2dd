"""Figures and dates as a French reader expects them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from marketingconnect.kernel.money import Money
from marketingconnect.web.templatetags import formats

NARROW, NBSP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money(123_450), f"1{NARROW}234,50{NBSP}€"),
        (Decimal("38"), f"38,00{NBSP}€"),
        (36_000, f"360,00{NBSP}€"),
        (Money(-500), f"−5,00{NBSP}€"),
        (None, ""),
    ],
)
def test_amounts(value: Any, shown: str) -> None:
    assert formats.euros(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12_480, f"12{NARROW}480"),
        (Decimal("8.5"), "8,5"),
        (Decimal("12.00"), "12"),
        (97.14, "97,1"),
        (0, "0"),
        (None, ""),
    ],
)
def test_numbers(value: Any, shown: str) -> None:
    assert formats.number_fr(value) == shown


def test_a_rate_keeps_its_sign_beside_it() -> None:
    assert formats.percent_fr(Decimal("98.4")) == f"98,4{NBSP}%"


def test_dates_are_written_in_full() -> None:
    assert formats.date_fr(date(2026, 11, 24)) == f"mardi 24{NBSP}novembre 2026"
    assert formats.date_fr(date(2026, 8, 1)) == f"samedi 1er{NBSP}août 2026"
    assert formats.day_fr(date(2026, 2, 1)) == f"1er{NBSP}février{NBSP}2026"
    assert formats.short_date_fr(date(2026, 3, 5)) == "05/03/2026"
    assert formats.date_fr(None) == ""


def test_an_instant_is_read_in_paris() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert formats.datetime_fr(late) == f"vendredi 1er{NBSP}janvier 2027 à{NBSP}00:30"
    assert formats.short_datetime_fr(late) == f"01/01/2027{NBSP}00:30"
    assert formats.iso(late) == "2027-01-01T00:30:00+01:00"


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, f"0{NBSP}octets"),
        (820, f"820{NBSP}octets"),
        (18_400, f"18,4{NBSP}ko"),
        (2_000_000, f"2{NBSP}Mo"),
        (1_234_567_890, f"1,2{NBSP}Go"),
    ],
)
def test_sizes(octets: int, shown: str) -> None:
    assert formats.file_size_fr(octets) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, f"0{NBSP}contact"), (1, f"1{NBSP}contact"), (2_000, f"2{NARROW}000{NBSP}contacts")],
)
def test_zero_and_one_are_singular(count: int, shown: str) -> None:
    assert formats.count_fr(count, "contact,contacts") == shown


def test_a_telephone_is_written_as_one_dials_it() -> None:
    assert formats.phone_fr("+33199002400") == NBSP.join(["01", "99", "00", "24", "00"])
    assert formats.phone_fr("+4930000000") == "+4930000000"


def test_a_word_alone_agrees_too() -> None:
    assert formats.plural_fr(1, "ligne lue,lignes lues") == "ligne lue"
    assert formats.plural_fr(2, "ligne lue,lignes lues") == "lignes lues"
