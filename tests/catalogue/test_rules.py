from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.catalogue.rules import (
    Tier,
    Unit,
    composed_unit_price,
    may_start_on,
    net_price,
    start_in_force,
    tier_of,
    tier_problems,
)
from marketingconnect.kernel.money import Money

TIERS = (
    Tier(1, Decimal("38")),
    Tier(5_000, Decimal("29")),
    Tier(10_000, Decimal("22")),
)
quantities = st.integers(min_value=1, max_value=3_000_000)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 1, 1)),
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2025, 12, 31), None),
    ],
)
def test_the_tariff_in_force_is_the_last_one_started(on: date, expected: date | None) -> None:
    assert start_in_force(on=on, starts=[date(2026, 7, 1), date(2026, 1, 1)]) == expected


@pytest.mark.parametrize(
    ("quantity", "price"), [(1, 38), (4_999, 38), (5_000, 29), (9_999, 29), (10_000, 22)]
)
def test_the_whole_quantity_takes_the_price_of_its_tier(quantity: int, price: int) -> None:
    tier = tier_of(quantity=quantity, tiers=TIERS)

    assert tier is not None
    assert tier.unit_price == price


def test_a_quantity_below_every_tier_has_no_price() -> None:
    assert tier_of(quantity=4, tiers=[Tier(5, Decimal(1))]) is None


def test_a_thousand_is_a_proportion_rounded_once() -> None:
    price = Decimal("38.00")

    assert net_price(quantity=4_870, unit=Unit.THOUSAND, unit_price=price) == Money(185_06)
    assert net_price(quantity=1, unit=Unit.THOUSAND, unit_price=price) == Money(4)
    assert net_price(quantity=3, unit=Unit.PIECE, unit_price=Decimal("0.335")) == Money(1_01)
    assert net_price(quantity=9, unit=Unit.FLAT, unit_price=Decimal("90")) == Money(90_00)


def test_options_add_up_and_each_use_pays_the_whole() -> None:
    prices = [Decimal("180"), Decimal("90"), Decimal("35.5")]

    assert composed_unit_price(prices=prices, uses=1) == Decimal("305.5")
    assert composed_unit_price(prices=prices, uses=2) == 2 * sum(prices)
    assert composed_unit_price(prices=prices[:1], uses=1) == prices[0]


@given(quantity=quantities)
def test_the_unit_price_never_rises_with_the_quantity(quantity: int) -> None:
    here, further = (
        tier_of(quantity=quantity, tiers=TIERS),
        tier_of(quantity=quantity + 1, tiers=TIERS),
    )

    assert here is not None
    assert further is not None
    assert further.unit_price <= here.unit_price


def test_tiers_that_may_be_published_have_no_problem() -> None:
    assert tier_problems(tiers=TIERS) == []
    assert tier_problems(tiers=(Tier(1, Decimal(0)),)) == []


@pytest.mark.parametrize(
    ("tiers", "word"),
    [
        ((), "quantité 1"),
        ((Tier(2, Decimal(1)),), "quantité 1"),
        ((Tier(1, Decimal(1)), Tier(1, Decimal(1))), "même quantité"),
        ((Tier(1, Decimal(1)), Tier(9, Decimal(2))), "plus cher"),
        ((Tier(1, Decimal(-1)),), "négatif"),
    ],
)
def test_tiers_that_may_not_be_published_say_why(tiers: tuple[Tier, ...], word: str) -> None:
    assert word in " ".join(tier_problems(tiers=tiers))


@pytest.mark.parametrize(
    ("starts_on", "latest", "allowed"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 11, 24), date(2026, 1, 1), True),
        (date(2026, 11, 23), date(2026, 1, 1), False),
        (date(2026, 12, 1), date(2026, 12, 1), False),
        (date(2026, 12, 1), date(2027, 1, 1), False),
    ],
)
def test_a_tariff_in_force_is_never_rewritten(
    starts_on: date, latest: date | None, allowed: bool
) -> None:
    today = date(2026, 11, 23)

    assert may_start_on(starts_on=starts_on, today=today, latest_start=latest) is allowed
