import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.offers.list_rental.delivery_files.columns import (
    check_options,
    delivered_columns,
    needed_columns,
)
from marketingconnect.offers.list_rental.delivery_files.rules import (
    may_show_phone,
    refused_channels,
    trap_count,
)
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.terms.parameters import TermsParameters

TERMS = TermsParameters()


@pytest.mark.parametrize(
    ("rows", "traps"), [(0, 0), (1, 2), (6_000, 2), (6_001, 3), (300_000, 100)]
)
def test_there_are_two_traps_at_least_and_one_for_3000_rows(rows: int, traps: int) -> None:
    assert trap_count(rows, TERMS) == traps


@given(st.integers(1, 10**7), st.integers(0, 100), st.integers(100, 10**5))
def test_the_terms_decide_how_many_traps(rows: int, least: int, each: int) -> None:
    terms = TermsParameters(trap_addresses_least=least, trap_addresses_rows_each=each)

    count = trap_count(rows, terms)

    assert count >= least
    assert count * each >= rows


def test_mobiles_and_emails_are_never_delivered() -> None:
    assert refused_channels(["post", "phone"]) == []
    assert refused_channels(["email", "phone", "mobile", "email"]) == ["email", "mobile"]


@pytest.mark.parametrize("channel", [Channel.MOBILE, Channel.EMAIL])
def test_a_file_with_mobiles_or_emails_cannot_be_asked_for(channel: Channel) -> None:
    with pytest.raises(RentalError) as refused:
        check_options(Population.CONSUMERS, ["age_band", channel.value])

    assert refused.value.article == "Def"


def test_a_column_of_the_other_population_is_refused() -> None:
    with pytest.raises(RentalError, match="naf"):
        delivered_columns(Population.CONSUMERS, ["naf"])


def test_a_number_needs_a_right_and_a_proof_of_age() -> None:
    def shown(supplier: int, day: int) -> bool:
        return may_show_phone(
            supplier=supplier, collected_on=day, suppliers=frozenset({4}), oldest=100, newest=200
        )

    assert [shown(4, day) for day in (99, 100, 200, 201)] == [False, True, True, False]
    assert not shown(0, 150)


def test_the_six_lines_always_come_whatever_is_asked() -> None:
    for population in Population:
        names = [column.name for column in delivered_columns(population, [])]
        assert names[:7] == ["reference", *(f"line{n}" for n in range(1, 7))]
        assert {"postal_code", "town"} < set(names)
        assert "phone" not in names


def test_what_the_extraction_must_give_has_each_column_once() -> None:
    names = needed_columns(Population.CONSUMERS, ["phone", "commune", "age_band"])

    assert len(names) == len(set(names))
    assert {"record_key", "phone_supplier", "phone_on", "commune", "age_band"} < set(names)
