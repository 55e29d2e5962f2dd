"""When a stock may be loaded, and which activity codes a day uses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.sirene.rules import (
    LoadRefusal,
    Nomenclature,
    StockDates,
    activity_nomenclature,
    load_refusal,
)
from marketingconnect.terms.law import shipped_law
from marketingconnect.terms.parameters import TermsParameters

TERMS = TermsParameters()
STOCK = StockDates(vintage=date(2026, 10, 31), delivered_on=date(2026, 11, 2))


@pytest.mark.parametrize(
    ("today", "refusal"),
    [
        (date(2026, 11, 1), LoadRefusal.IN_THE_FUTURE),
        (date(2026, 11, 2), None),
        (date(2026, 12, 2), None),
        (date(2026, 12, 3), LoadRefusal.TOO_LATE),
    ],
)
def test_a_delivery_is_loaded_within_thirty_days_of_it(
    today: date, refusal: LoadRefusal | None
) -> None:
    assert load_refusal(STOCK, loaded=None, today=today, terms=TERMS) is refusal


def test_a_stock_is_not_loaded_after_a_more_recent_one_but_may_be_loaded_again() -> None:
    today = date(2026, 11, 20)

    again = load_refusal(STOCK, loaded=STOCK.vintage, today=today, terms=TERMS)
    older = load_refusal(STOCK, loaded=date(2026, 11, 1), today=today, terms=TERMS)

    assert again is None
    assert older is LoadRefusal.OLDER_THAN_LOADED


def test_a_stock_delivered_before_the_state_it_describes_is_a_mistake() -> None:
    stock = StockDates(vintage=date(2026, 10, 31), delivered_on=date(2026, 10, 30))

    refusal = load_refusal(stock, loaded=None, today=date(2026, 11, 20), terms=TERMS)

    assert refusal is LoadRefusal.DELIVERED_BEFORE_ITS_DATE


@given(days=st.integers(min_value=0, max_value=90), age=st.integers(min_value=0, max_value=60))
def test_the_age_that_counts_is_that_of_the_terms(days: int, age: int) -> None:
    terms = TermsParameters(sirene_max_age_days=max(1, age))
    today = STOCK.delivered_on + timedelta(days=days)

    refusal = load_refusal(STOCK, loaded=None, today=today, terms=terms)

    assert (refusal is LoadRefusal.TOO_LATE) == (days > terms.sirene_max_age_days)


def test_activities_follow_the_nomenclature_in_force() -> None:
    law = shipped_law()

    assert activity_nomenclature(date(2026, 12, 31), law) is Nomenclature.NAF_REV2
    assert activity_nomenclature(date(2027, 1, 1), law) is Nomenclature.NAF_2025
