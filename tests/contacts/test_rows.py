"""One row taken or refused."""

import json

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.contacts.rows import make_taker, mobile_of
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import PhoneKind, normalise_phone
from marketingconnect.kernel.spreadsheets import harmless

DIGITS = st.text("0123456789", min_size=8, max_size=10)
WRITTEN = st.one_of(
    st.builds("0{}".format, DIGITS),
    st.builds("06{}".format, st.text("0123456789", min_size=8, max_size=8)),
    st.builds("07 {}".format, st.text("0123456789", min_size=8, max_size=8)),
    st.builds("+33{}".format, DIGITS),
    st.builds("+33 6{}".format, st.text("0123456789", min_size=8, max_size=8)),
    st.builds("069{}".format, st.text("0123456789", min_size=7, max_size=7)),
    st.text("0123456789 .-+()", max_size=16),
)


@given(written=WRITTEN)
def test_the_quick_way_to_a_mobile_agrees_with_the_kernel(written: str) -> None:
    try:
        phone = normalise_phone(written)
        expected = phone.e164 if phone.kind == PhoneKind.MOBILE else ""
    except InvalidValueError:
        expected = ""

    assert mobile_of(written) == expected


def test_a_row_is_cleaned_without_being_rewritten() -> None:
    take = make_taker(
        {
            "0": "email", "1": "civility", "2": "first_name", "3": "last_name",
            "4": "postal_code", "5": "mobile", "6": "extra:Né le",
        },
        width=7,
    )  # fmt: skip

    row = take(
        [" A@Example.ORG", "monsieur", "JEAN-NOËL", "LE  GOFF", "1000", "06 39 98 00 01", " "]
    )

    assert isinstance(row, tuple)
    assert (row[0], row[1], row[3]) == ("a@example.org", "+33639980001", False)
    assert json.loads(row[2]) == {
        "civility": "M.",
        "first_name": "Jean-Noël",
        "last_name": "LE GOFF",
        "postal_code": "01000",
    }


def test_a_mobile_that_does_not_exist_is_dropped_and_told() -> None:
    take = make_taker({"0": "email", "1": "mobile"}, width=2)

    assert take(["a@example.org", "01 99 00 00 01"]) == ("a@example.org", "", "{}", True)
    assert take(["a@example.org", ""]) == ("a@example.org", "", "{}", False)


def test_short_rows_are_completed_and_long_ones_refused_unless_empty() -> None:
    take = make_taker({"0": "email", "1": "city"}, width=2)

    assert take(["a@example.org"]) == ("a@example.org", "", "{}", False)
    assert take(["a@example.org", "Brest", " ", ""]) == take(["a@example.org", "Brest"])
    assert take(["a@example.org", "Brest", "x"]) == "too_many_cells"


@given(cell=st.text(max_size=20))
def test_no_cell_given_back_can_be_a_formula(cell: str) -> None:
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(cell).removeprefix("'") == cell.removeprefix("'") or harmless(cell) == cell
