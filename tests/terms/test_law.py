"""The law of a day: what ships, and what a table must not contain."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import shipped_vat_rates, vat_rate
from marketingconnect.terms.law import (
    Fact,
    LawTableError,
    UnknownLawError,
    checked,
    fact_on,
    is_in_force,
    parse_law,
    shipped_law,
    value_on,
    vat_rates_of,
)

LAW = shipped_law()
FACT = Fact("notice_days", 14, date(2020, 1, 1), None, "a text")


def test_calling_a_consumer_needs_consent_from_11_august_2026() -> None:
    key = "consumer_phone_prospecting"

    assert value_on(key, date(2026, 8, 10), LAW, str) == "opposition_list"
    assert value_on(key, date(2026, 8, 11), LAW, str) == "prior_consent"


def test_electronic_invoices_come_in_two_steps() -> None:
    assert not is_in_force("e_invoice_issue_required_large", date(2026, 8, 31), LAW)
    assert is_in_force("e_invoice_issue_required_large", date(2026, 9, 1), LAW)
    assert not is_in_force("e_invoice_issue_required_small", date(2027, 8, 31), LAW)
    assert is_in_force("e_invoice_issue_required_small", date(2027, 9, 1), LAW)


def test_figures_of_late_payment() -> None:
    today = date(2026, 11, 23)

    assert value_on("recovery_indemnity_cents", today, LAW, int) == 4000
    assert value_on("late_penalty_points_over_ecb_rate", today, LAW, int) == 10
    assert fact_on("recovery_indemnity_cents", today, LAW).source == "C. com., art. D441-5"


def test_the_activity_nomenclature_changes_with_the_year() -> None:
    assert value_on("activity_nomenclature", date(2026, 12, 31), LAW, str) == "NAFRev2"
    assert value_on("activity_nomenclature", date(2027, 1, 1), LAW, str) == "NAF2025"


def test_every_fact_that_ships_has_a_source() -> None:
    assert all(len(fact.source) > 5 for fact in LAW)


def test_vat_rates_go_through_the_table_and_back() -> None:
    rates = vat_rates_of(LAW)

    assert set(rates) == set(shipped_vat_rates())
    assert vat_rate(date(2026, 11, 23), Territory.REUNION, rates) == Decimal("8.5")


def test_a_day_before_the_first_value_has_no_law() -> None:
    with pytest.raises(UnknownLawError):
        fact_on("recovery_indemnity_cents", date(2012, 12, 31), LAW)
    with pytest.raises(UnknownLawError):
        fact_on("no_such_key", date(2026, 1, 1), LAW)


def test_a_value_is_asked_with_its_type() -> None:
    with pytest.raises(LawTableError):
        value_on("recovery_indemnity_cents", date(2026, 1, 1), LAW, str)
    with pytest.raises(LawTableError):
        value_on("e_invoice_reception_required", date(2026, 9, 1), LAW, int)


@pytest.mark.parametrize(
    "second",
    [
        replace(FACT, in_force_from=date(2021, 6, 1)),
        replace(FACT, in_force_from=date(2021, 6, 3)),
        replace(FACT, in_force_from=date(2021, 6, 2), value="14"),
        replace(FACT, in_force_from=date(2021, 6, 2), value=True),
        replace(FACT, in_force_from=date(2021, 6, 2), in_force_to=date(2021, 6, 1)),
    ],
)
def test_values_of_a_key_follow_each_other_without_overlap_or_hole(second: Fact) -> None:
    first = replace(FACT, in_force_to=date(2021, 6, 1))

    with pytest.raises(LawTableError):
        checked((first, second))
    assert checked((replace(FACT, in_force_from=date(2021, 6, 2)), first))[0] == first


def test_a_value_without_end_cannot_be_followed() -> None:
    with pytest.raises(LawTableError):
        checked((FACT, replace(FACT, in_force_from=FACT.in_force_from + timedelta(days=9))))


@pytest.mark.parametrize(
    "value",
    [
        {"percent": "-1", "mention": ""},
        {"percent": "100", "mention": ""},
        {"percent": "vingt", "mention": ""},
        {"percent": "NaN", "mention": ""},
        {"percent": "0", "mention": ""},
        {"percent": "20", "mention": "TVA non applicable"},
        {"mention": ""},
        "20",
    ],
)
def test_a_wrong_vat_rate_is_refused(value: dict[str, str] | str) -> None:
    with pytest.raises(LawTableError):
        checked((replace(FACT, key="vat_rate.metropole", value=value),))


def test_a_table_is_read_from_toml() -> None:
    text = """
        [[fact]]
        key = "some_days"
        value = 3
        in_force_from = 2020-01-01
        in_force_to = 2020-12-31
        source = "test"
    """

    assert parse_law(text) == (Fact("some_days", 3, date(2020, 1, 1), date(2020, 12, 31), "test"),)
