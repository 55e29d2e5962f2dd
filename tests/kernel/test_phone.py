"""Telephone numbers, checked against phonenumbers on many random ones."""

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import Phone, PhoneKind, format_phone_fr, normalise_phone
from marketingconnect.kernel.territory import Territory

KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.VOIP: "landline",
}
OVERSEAS = {
    "GP": "guadeloupe",
    "GF": "guyane",
    "MQ": "martinique",
    "RE": "reunion",
    "YT": "mayotte",
}


@pytest.mark.parametrize(
    ("text", "e164", "kind", "territory"),
    [
        ("06 39 98 00 00", "+33639980000", "mobile", "metropole"),
        ("01 99 00 12 34", "+33199001234", "landline", "metropole"),
        ("+33 (0)6 12-34-56-78", "+33612345678", "mobile", "metropole"),
        ("0033.6.12.34.56.78", "+33612345678", "mobile", "metropole"),
        ("612345678", "+33612345678", "mobile", "metropole"),
        ("07\u00a066\u202f12 34 56", "+33766123456", "mobile", "metropole"),
        ("0976123456", "+33976123456", "landline", "metropole"),
        ("0800 12 34 56", "+33800123456", "other", "metropole"),
        ("0690 12 34 56", "+590690123456", "mobile", "guadeloupe"),
        ("0590 20 12 34", "+590590201234", "landline", "guadeloupe"),
        ("0694 20 12 34", "+594694201234", "mobile", "guyane"),
        ("0696 12 34 56", "+596696123456", "mobile", "martinique"),
        ("0596 60 12 34", "+596596601234", "landline", "martinique"),
        ("0692 12 34 56", "+262692123456", "mobile", "reunion"),
        ("0262 20 12 34", "+262262201234", "landline", "reunion"),
        ("0639 01 23 45", "+262639012345", "mobile", "mayotte"),
        ("0269 61 12 34", "+262269611234", "landline", "mayotte"),
        ("+262 692 12 34 56", "+262692123456", "mobile", "reunion"),
        ("+33 692 12 34 56", "+262692123456", "mobile", "reunion"),
        ("00 262 0692 12 34 56", "+262692123456", "mobile", "reunion"),
    ],
)
def test_usual_writings_are_read(text: str, e164: str, kind: str, territory: str) -> None:
    assert normalise_phone(text) == Phone(e164, PhoneKind(kind), Territory(territory))


@pytest.mark.parametrize(
    ("text", "home", "e164", "kind"),
    [
        ("41 12 34", "saint-pierre-et-miquelon", "+508411234", "landline"),
        ("87 12 34 56", "polynesie", "+68987123456", "mobile"),
        ("75 12 34", "nouvelle-caledonie", "+687751234", "mobile"),
        ("0590 27 12 34", "saint-barthelemy", "+590590271234", "landline"),
        ("0690 12 34 56", "saint-martin", "+590690123456", "mobile"),
    ],
)
def test_small_plans_are_read_from_their_place(text: str, home: str, e164: str, kind: str) -> None:
    assert normalise_phone(text, home) == Phone(e164, PhoneKind(kind), Territory(home))


def test_a_number_from_elsewhere_keeps_its_own_territory() -> None:
    assert normalise_phone("0692 12 34 56", "metropole").territory == "reunion"
    assert normalise_phone("06 12 34 56 78", "reunion").territory == "metropole"
    assert normalise_phone("06 12 34 56 78", "polynesie").e164 == "+33612345678"


def test_a_foreign_number_has_no_territory() -> None:
    assert normalise_phone("+41 21 345 67 89") == Phone("+41213456789", PhoneKind.LANDLINE, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone_empty"),
        ("  ", "phone_empty"),
        ("06 12 34 AB 78", "phone_characters"),
        ("0612345678+", "phone_characters"),
        ("36 30", "phone_length"),
        ("061234567812345678", "phone_length"),
        ("06 12 34 56", "phone_unknown"),
        ("06 12 34 56 789", "phone_unknown"),
        ("0700 12 34 56", "phone_unknown"),
        ("0712 34 56 78", "phone_unknown"),
        ("0000000000", "phone_unknown"),
        ("+262 590 20 12 34", "phone_unknown"),
        ("6123456780.0", "phone_unknown"),
    ],
)
def test_a_wrong_number_says_why(text: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        normalise_phone(text)
    assert caught.value.code == code


def test_numbers_are_written_in_pairs() -> None:
    assert format_phone_fr("+33639980012") == "06\u00a039\u00a098\u00a000\u00a012"
    assert format_phone_fr("+262692123456") == "0692\u00a012\u00a034\u00a056"
    assert format_phone_fr("+41213456789") == "+41\u00a021\u00a0345\u00a067\u00a089"


def library_reading(national: str) -> tuple[str, str, str] | None:
    """What phonenumbers says of a national number: overseas in its own ranges, else FR."""
    overseas = OVERSEAS if national[0] in "567" or national.startswith("26") else {}
    for region, territory in {**overseas, "FR": "metropole", **OVERSEAS}.items():
        number = phonenumbers.parse("0" + national, region)
        if phonenumbers.is_valid_number_for_region(number, region):
            kind = KINDS.get(phonenumbers.number_type(number), "other")
            return f"+{number.country_code}{number.national_number}", kind, territory
    return None


def our_reading(text: str) -> tuple[str, str, str] | None:
    try:
        phone = normalise_phone(text)
    except InvalidValueError:
        return None
    return phone.e164, phone.kind.value, str(phone.territory and phone.territory.value)


def test_random_numbers_are_read_as_the_library_reads_them() -> None:
    source = random.Random(20261123)
    prefixes = ["", "6", "7", "639", "69", "709", "59", "26", "1", "9", "8"]
    nationals = (
        prefix + "".join(source.choices("0123456789", k=9 - len(prefix)))
        for prefix in prefixes
        for _ in range(2_000)
    )
    compared, valid = 0, 0
    for national in nationals:
        if national[0] == "0" or national.startswith("63998"):
            continue
        expected = library_reading(national)
        assert our_reading("0" + national) == expected, national
        compared += 1
        valid += expected is not None
    assert compared > 20_000
    assert valid > 10_000


@given(
    st.text("0123456789", min_size=8, max_size=8), st.sampled_from(["", " ", ".", "-", "\u00a0"])
)
def test_reading_is_stable_whatever_the_writing(digits: str, separator: str) -> None:
    national = "06" + digits
    pairs = separator.join(national[start : start + 2] for start in range(0, 10, 2))
    first = our_reading(pairs)

    assert first == our_reading(national)
    if first is not None:
        assert our_reading(first[0]) == first


@given(st.text())
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    our_reading(text)
