import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.offers.list_rental.delivery_files.reference import (
    ALPHABET,
    MOST_DELIVERIES,
    MOST_ROWS,
    RowReference,
    read_reference,
    references,
)

REFERENCES = st.builds(
    RowReference, delivery=st.integers(1, MOST_DELIVERIES), row=st.integers(1, MOST_ROWS)
)


@given(REFERENCES)
def test_a_reference_reads_back(reference: RowReference) -> None:
    assert read_reference(str(reference)) == reference


@given(REFERENCES, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_sign_always_shows(reference: RowReference, place: int, sign: str) -> None:
    text = str(reference)
    wrong = text[:place] + sign + text[place + 1 :]

    if wrong != text:
        with pytest.raises(InvalidValueError):
            read_reference(wrong)


@given(REFERENCES, st.integers(0, 8))
def test_two_swapped_neighbours_always_show(reference: RowReference, place: int) -> None:
    text = str(reference)
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    if swapped != text:
        with pytest.raises(InvalidValueError):
            read_reference(swapped)


def test_a_reference_is_understood_as_people_type_it() -> None:
    text = str(RowReference(42, 1))

    assert read_reference(f" {text[:4].lower()}-{text[4:]} ") == RowReference(42, 1)
    assert read_reference(text.replace("0", "O").replace("1", "l")) == RowReference(42, 1)


@pytest.mark.parametrize("text", ["", "ABC", "0000000000", "É000000000", "0" * 11])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        read_reference(text)


def test_rows_are_numbered_one_after_the_other() -> None:
    numbered = references(42, first=30)

    assert [read_reference(next(numbered)).row for _ in range(3)] == [30, 31, 32]
    assert len(str(RowReference(1, 1))) == 10


@pytest.mark.parametrize("delivery", [0, MOST_DELIVERIES + 1])
def test_a_delivery_out_of_range_has_no_reference(delivery: int) -> None:
    with pytest.raises(ValueError, match="no reference"):
        next(references(delivery))
