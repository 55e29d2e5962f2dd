"""VAT by date and territory, and the tax of a document."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import (
    VatRate,
    VatTotal,
    find_vat_rate,
    parse_vat_rates,
    shipped_vat_rates,
    vat_amount,
    vat_by_rate,
    vat_rate,
)

TODAY = date(2026, 11, 23)
lines = st.lists(
    st.tuples(
        st.integers(-(10**9), 10**9).map(Money),
        st.sampled_from([Decimal(20), Decimal("8.5"), Decimal(0)]),
    )
)


@pytest.mark.parametrize(
    ("territory", "percent"),
    [
        ("metropole", "20"),
        ("alsace-moselle", "20"),
        ("guadeloupe", "8.5"),
        ("martinique", "8.5"),
        ("reunion", "8.5"),
        ("guyane", "0"),
        ("mayotte", "0"),
        ("saint-martin", "0"),
    ],
)
def test_each_territory_has_its_rate(territory: str, percent: str) -> None:
    assert vat_rate(TODAY, territory, shipped_vat_rates()) == Decimal(percent)


@pytest.mark.parametrize("territory", Territory)
def test_every_territory_has_exactly_one_rate_today(territory: Territory) -> None:
    rate = find_vat_rate(TODAY, territory, shipped_vat_rates())

    assert rate.source
    assert bool(rate.mention) == (rate.percent == 0)


def test_a_date_before_the_table_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="métropolitaine au 31/12/2013") as caught:
        vat_rate(date(2013, 12, 31), "metropole", shipped_vat_rates())
    assert caught.value.code == "vat_rate_missing"


def test_a_rate_changes_on_its_day() -> None:
    rates = [
        VatRate(Territory.METROPOLE, Decimal(20), date(2014, 1, 1), date(2026, 12, 31), "before"),
        VatRate(Territory.METROPOLE, Decimal(21), date(2027, 1, 1), None, "after"),
    ]

    assert vat_rate(date(2026, 12, 31), "metropole", rates) == 20
    assert vat_rate(date(2027, 1, 1), "metropole", rates) == 21


def test_two_rates_on_one_day_are_a_mistake_of_the_table() -> None:
    rates = [VatRate(Territory.METROPOLE, Decimal(20), date(2014, 1, 1), None, "twice")] * 2

    with pytest.raises(ValueError, match="several VAT rates"):
        vat_rate(TODAY, "metropole", rates)


def test_a_table_is_read_from_toml() -> None:
    text = """
        [[rate]]
        territories = ["metropole", "reunion"]
        percent = "19.6"
        in_force_from = 2000-04-01
        in_force_to = 2013-12-31
        source = "test"
    """

    first, second = parse_vat_rates(text)

    assert (first.territory, second.territory) == (Territory.METROPOLE, Territory.REUNION)
    assert first.percent == Decimal("19.6")
    assert first.holds(date(2013, 12, 31))
    assert not first.holds(date(2014, 1, 1))


def test_tax_is_counted_once_for_a_rate_not_line_by_line() -> None:
    three_lines = [(Money(3), Decimal(20))] * 3

    assert vat_by_rate(three_lines) == (VatTotal(Decimal(20), Money(9), Money(2)),)
    assert sum(vat_amount(net, rate).cents for net, rate in three_lines) == 3


def test_rates_are_listed_from_the_highest() -> None:
    totals = vat_by_rate(
        [(Money(100), Decimal("8.5")), (Money(1000), Decimal("20.0")), (Money(500), Decimal(20))]
    )

    assert [(total.percent, total.net, total.vat, total.gross) for total in totals] == [
        (Decimal(20), Money(1500), Money(300), Money(1800)),
        (Decimal("8.5"), Money(100), Money(9), Money(109)),
    ]


@given(lines)
def test_nothing_is_lost_between_lines_and_totals(document: list[tuple[Money, Decimal]]) -> None:
    totals = vat_by_rate(document)

    assert Money.total(total.net for total in totals) == Money.total(net for net, _ in document)
    assert len({total.percent for total in totals}) == len(totals)


@given(lines, st.randoms())
def test_the_order_of_the_lines_does_not_matter(
    document: list[tuple[Money, Decimal]], random: Random
) -> None:
    shuffled = sorted(document, key=lambda _: random.random())

    assert vat_by_rate(shuffled) == vat_by_rate(document)
