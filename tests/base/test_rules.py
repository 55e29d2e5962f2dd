"""Whether a record may be used on a day: rights, proofs, their age, and the age of the register."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.rules import (
    Ground,
    PhoneRegime,
    Proof,
    Right,
    ground_suffices,
    is_record_usable,
    last_usable_day,
    oldest_usable_day,
    phone_regime,
    right_covers,
    sirene_alert_on,
    sirene_due_on,
    suppliers_in_force,
    use_by_date,
    vintage_age,
)
from marketingconnect.base.vocabulary import Channel, Population, Purpose, age_band
from marketingconnect.terms.law import shipped_law
from marketingconnect.terms.parameters import TermsParameters

LAW = shipped_law()
TERMS = TermsParameters()
CONSUMERS, PROFESSIONALS = Population.CONSUMERS, Population.PROFESSIONALS
TODAY = date(2026, 11, 25)
RIGHT = Right(
    supplier=4,
    population=CONSUMERS,
    channels=frozenset({Channel.POST, Channel.EMAIL}),
    purposes=frozenset({Purpose.RENTAL}),
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("changed", "covered"),
    [
        ({}, True),
        ({"on": date(2026, 1, 1)}, True),
        ({"on": date(2026, 12, 31)}, True),
        ({"on": date(2025, 12, 31)}, False),
        ({"on": date(2027, 1, 1)}, False),
        ({"channel": Channel.PHONE}, False),
        ({"purpose": Purpose.SENDING}, False),
        ({"population": PROFESSIONALS}, False),
    ],
)
def test_a_right_covers_its_channels_its_purposes_and_its_days(
    changed: dict[str, object], covered: bool
) -> None:
    use: dict[str, object] = {
        "population": CONSUMERS,
        "channel": Channel.POST,
        "purpose": Purpose.RENTAL,
        "on": TODAY,
    }

    assert right_covers(RIGHT, **{**use, **changed}) is covered  # type: ignore[arg-type]


def test_a_suspended_supplier_has_no_right_left() -> None:
    def in_force(suspended: set[int]) -> frozenset[int]:
        return suppliers_in_force(
            [RIGHT],
            suspended=suspended,
            population=CONSUMERS,
            channel=Channel.EMAIL,
            purpose=Purpose.RENTAL,
            on=TODAY,
        )

    assert in_force(set()) == {4}
    assert in_force({4}) == frozenset()


def test_calls_need_a_scrub_until_10_august_2026_and_consent_from_the_next_day() -> None:
    assert phone_regime(date(2026, 8, 10), LAW) is PhoneRegime.OPPOSITION_LIST
    assert phone_regime(date(2026, 8, 11), LAW) is PhoneRegime.PRIOR_CONSENT


@pytest.mark.parametrize(
    ("population", "channel", "on", "suffices"),
    [
        (CONSUMERS, Channel.POST, TODAY, True),
        (CONSUMERS, Channel.PHONE, TODAY, False),
        (CONSUMERS, Channel.PHONE, date(2026, 8, 10), True),
        (CONSUMERS, Channel.MOBILE, date(2026, 8, 10), False),
        (CONSUMERS, Channel.EMAIL, TODAY, False),
        (PROFESSIONALS, Channel.EMAIL, TODAY, True),
    ],
)
def test_legitimate_interest_suffices_where_the_law_asks_no_consent(
    population: Population, channel: Channel, on: date, suffices: bool
) -> None:
    def of(ground: Ground) -> bool:
        return ground_suffices(ground, population=population, channel=channel, on=on, law=LAW)

    assert of(Ground.LEGITIMATE_INTEREST) is suffices
    assert of(Ground.CONSENT)


@pytest.mark.parametrize(
    ("population", "channel", "on", "oldest"),
    [
        (CONSUMERS, Channel.POST, TODAY, date(2023, 11, 26)),
        (CONSUMERS, Channel.EMAIL, TODAY, date(2023, 11, 26)),
        (CONSUMERS, Channel.PHONE, TODAY, date(2025, 11, 26)),
        (CONSUMERS, Channel.PHONE, date(2026, 8, 10), date(2023, 8, 11)),
        (PROFESSIONALS, Channel.POST, TODAY, date.min),
        (PROFESSIONALS, Channel.PHONE, TODAY, date(2023, 11, 26)),
    ],
)
def test_a_proof_has_an_oldest_day(
    population: Population, channel: Channel, on: date, oldest: date
) -> None:
    assert oldest_usable_day(population=population, channel=channel, on=on, law=LAW) == oldest


@given(
    st.dates(date(2026, 8, 11), date(2031, 1, 1)),
    st.sampled_from([Channel.POST, Channel.PHONE, Channel.EMAIL]),
    st.integers(0, 1200),
)
def test_the_last_day_of_a_proof_and_the_oldest_day_of_today_agree(
    on: date, channel: Channel, age: int
) -> None:
    collected = on - timedelta(days=age)
    oldest = oldest_usable_day(population=CONSUMERS, channel=channel, on=on, law=LAW)
    last = last_usable_day(collected, population=CONSUMERS, channel=channel, on=on, law=LAW)

    assert (collected >= oldest) == (on <= last) or abs((on - last).days) <= 1


@pytest.mark.parametrize(
    ("proof", "usable"),
    [
        (Proof(4, Ground.CONSENT, date(2026, 3, 1)), True),
        (Proof(5, Ground.CONSENT, date(2026, 3, 1)), False),
        (Proof(4, Ground.LEGITIMATE_INTEREST, date(2026, 3, 1)), False),
        (Proof(4, Ground.CONSENT, date(2025, 11, 25)), False),
        (Proof(4, Ground.CONSENT, TODAY), True),
        (Proof(4, Ground.CONSENT, TODAY + timedelta(days=1)), False),
    ],
)
def test_a_record_is_called_with_a_proof_of_age_from_a_supplier_in_force(
    proof: Proof, usable: bool
) -> None:
    assert usable is is_record_usable(
        proof, in_force={4}, population=CONSUMERS, channel=Channel.PHONE, on=TODAY, law=LAW
    )


@pytest.mark.parametrize(
    ("oldest_consent_on", "limit"),
    [
        (None, date(2026, 12, 25)),
        (date(2026, 6, 1), date(2026, 12, 25)),
        (date(2025, 12, 5), date(2026, 12, 4)),
        (date(2025, 11, 1), TODAY),
    ],
)
def test_a_phone_file_is_used_thirty_days_or_until_its_first_consent_ends(
    oldest_consent_on: date | None, limit: date
) -> None:
    assert limit == use_by_date(
        checked_on=TODAY,
        oldest_consent_on=oldest_consent_on,
        population=CONSUMERS,
        terms=TERMS,
        law=LAW,
    )


def test_the_register_is_due_thirty_days_after_its_delivery_and_staff_know_before() -> None:
    delivered = date(2026, 11, 3)

    assert vintage_age(delivered_on=delivered, on=TODAY) == 22
    assert sirene_due_on(delivered_on=delivered, terms=TERMS) == date(2026, 12, 3)
    assert sirene_alert_on(delivered_on=delivered, terms=TERMS, days_before=5) == date(2026, 11, 28)
    assert sirene_alert_on(delivered_on=delivered, terms=TERMS, days_before=99) == delivered


def test_ages_fall_into_bands_of_adults() -> None:
    assert [age_band(age) for age in (17, 18, 24, 25, 79, 80, 120, 121)] == [
        0,
        1,
        1,
        2,
        12,
        13,
        13,
        0,
    ]
