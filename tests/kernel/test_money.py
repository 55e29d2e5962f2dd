"""Money: exact sums, one rounding, and the way amounts are written."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.money import Money, format_number_fr, price_per_thousand

amounts = st.integers(-(10**12), 10**12).map(Money)
rates = st.decimals(min_value=0, max_value=100, places=2)


def test_sums_and_differences_are_exact() -> None:
    assert Money(10) + Money(20) - Money(5) == Money(25)
    assert -Money(7) == Money(-7)
    assert Money.total([Money(1), Money(2), Money(3)]) == Money(6)
    assert Money.total([]) == Money.zero == Money(0)


def test_amounts_are_ordered() -> None:
    assert Money(299_99) < Money(300_00) <= Money(300_00)


@pytest.mark.parametrize("cents", [1.5, True, "12", Decimal(3)])
def test_anything_but_whole_cents_is_refused(cents: object) -> None:
    with pytest.raises(TypeError):
        Money(cents)  # type: ignore[arg-type]


def test_money_is_not_added_to_a_number() -> None:
    with pytest.raises(TypeError):
        Money(1) + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        Money(1) - 1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("euros", "cents"),
    [("12.345", 1235), ("12.344", 1234), ("-12.345", -1235), ("0.005", 1), ("0.00499", 0)],
)
def test_halves_of_a_cent_go_away_from_zero(euros: str, cents: int) -> None:
    assert Money.from_decimal(Decimal(euros)) == Money(cents)


def test_a_quantity_may_be_a_fraction_and_is_rounded_once() -> None:
    assert Money(333).times(3) == Money(999)
    assert Money(333).times(Decimal("0.5")) == Money(167)


def test_a_price_per_thousand_is_rounded_on_the_whole_quantity() -> None:
    assert price_per_thousand(Decimal("49.90"), 5_000) == Money(249_50)
    assert price_per_thousand(Decimal("0.333"), 1) == Money(0)
    assert price_per_thousand(Decimal("45.125"), 4_321) == Money(194_99)


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00\u00a0€"),
        (5, "0,05\u00a0€"),
        (123450, "1\u202f234,50\u00a0€"),
        (-123450, "\u22121\u202f234,50\u00a0€"),
        (1_234_567_89, "1\u202f234\u202f567,89\u00a0€"),
    ],
)
def test_amounts_are_written_in_french(cents: int, written: str) -> None:
    assert Money(cents).format_fr() == written
    assert str(Money(cents)) == written


def test_numbers_are_written_in_french() -> None:
    assert format_number_fr(12480) == "12\u202f480"
    assert format_number_fr(Decimal("8.5")) == "8,5"
    assert format_number_fr(-3) == "\u22123"


@given(amounts, amounts)
def test_addition_can_be_undone(one: Money, other: Money) -> None:
    assert one + other - other == one
    assert (one < other) == (other - one > Money.zero)


@given(amounts)
def test_decimal_and_back_is_the_same_amount(amount: Money) -> None:
    assert Money.from_decimal(amount.to_decimal()) == amount


@given(amounts, rates)
def test_a_percentage_is_within_half_a_cent_and_odd(amount: Money, rate: Decimal) -> None:
    exact = Decimal(amount.cents) * rate / 100

    assert amount.percent(rate).cents == exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert (-amount).percent(rate) == -amount.percent(rate)


@given(amounts)
def test_a_written_amount_can_be_read_again(amount: Money) -> None:
    plain = amount.format_fr().replace("\u202f", "").replace("\u00a0€", "")

    assert Decimal(plain.replace(",", ".").replace("\u2212", "-")) == amount.to_decimal()
