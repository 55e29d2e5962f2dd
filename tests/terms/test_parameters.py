"""The parameters of the terms: their defaults, their JSON form, and what is refused."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.money import Money
from marketingconnect.terms.parameters import (
    SETTINGS,
    InvalidParametersError,
    TermsParameters,
)
from marketingconnect.terms.readings import Compensated

DEFAULTS = TermsParameters()


def test_the_defaults_are_the_numbers_of_the_first_version() -> None:
    assert DEFAULTS.send_lead_working_days == 2
    assert (DEFAULTS.booster_start_months_after, DEFAULTS.booster_minimum_months) == (1, 3)
    assert DEFAULTS.email_undelivered_consumer_percent == 10
    assert DEFAULTS.email_undelivered_professional_percent == 20
    assert DEFAULTS.sms_undelivered_consumer_percent == 5
    assert DEFAULTS.sms_undelivered_professional_percent is None
    assert (DEFAULTS.claim_months, DEFAULTS.undeliverable_mail_months) == (1, 3)
    assert DEFAULTS.quantity_tolerance_percent == 7
    assert (DEFAULTS.sirene_max_age_days, DEFAULTS.phone_use_by_days) == (30, 30)
    assert DEFAULTS.minimum_order == Money(300_00)
    assert DEFAULTS.minimum_mailing_pieces == 100
    assert DEFAULTS.transfer_may_be_required_above == Money(5_000_00)
    assert DEFAULTS.first_payment_within_months == 1
    assert DEFAULTS.credentials_notice_hours == 24
    assert (DEFAULTS.change_notice_days, DEFAULTS.solvency_notice_days) == (30, 30)
    assert (DEFAULTS.reference_years, DEFAULTS.delivered_file_proof_years) == (3, 5)
    assert DEFAULTS.confidentiality_months == 12
    assert DEFAULTS.formal_notice_days == 7
    assert DEFAULTS.force_majeure_working_days == 90
    assert DEFAULTS.affiliate_above_percent == 20


def test_json_and_back_is_the_same_and_keeps_the_order() -> None:
    changed = replace(
        DEFAULTS,
        minimum_order=Money(250_00),
        quantity_tolerance_percent=Decimal("7.5"),
        undelivered_compensated=Compensated.ALL,
    )
    stored = json.loads(json.dumps(changed.to_json()))

    assert TermsParameters.from_json(stored) == changed
    assert list(changed.to_json()) == list(SETTINGS)


@given(st.integers(0, 30), st.booleans(), st.decimals(0, 100, places=2))
def test_any_allowed_value_survives_json(days: int, inclusive: bool, percent: Decimal) -> None:
    changed = replace(
        DEFAULTS,
        send_lead_working_days=days,
        quantity_tolerance_inclusive=inclusive,
        email_undelivered_consumer_percent=percent,
    )

    assert TermsParameters.from_json(changed.to_json()) == changed


def test_a_version_older_than_a_parameter_has_its_default() -> None:
    stored = DEFAULTS.to_json()
    del stored["reference_from"]

    assert TermsParameters.from_json(stored) == DEFAULTS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("send_lead_working_days", -1),
        ("send_lead_working_days", 31),
        ("send_lead_working_days", 2.0),
        ("send_lead_working_days", True),
        ("send_lead_working_days", "2"),
        ("claim_months", 0),
        ("minimum_order", -1),
        ("minimum_order", "300"),
        ("minimum_order", True),
        ("quantity_tolerance_percent", "sept"),
        ("quantity_tolerance_percent", "NaN"),
        ("quantity_tolerance_percent", "100.01"),
        ("quantity_tolerance_percent", None),
        ("quantity_tolerance_inclusive", 1),
        ("undelivered_compensated", "some"),
        ("working_day_territory", "polynesie"),
        ("send_lead_days", 2),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(InvalidParametersError, match=name):
        TermsParameters.from_json({**DEFAULTS.to_json(), name: value})


def test_each_parameter_says_where_it_comes_from() -> None:
    for name, (_, setting) in SETTINGS.items():
        assert setting.article, name
        assert len(setting.meaning) > 15, name
