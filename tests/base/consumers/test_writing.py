"""SQL and the kernel write addresses, phones, e-mails and dates the same way."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.base.consumers import macros
from marketingconnect.base.consumers.fallback import fill
from marketingconnect.base.consumers.places import place_told
from marketingconnect.base.vocabulary import age_band
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import PhoneKind, normalise_phone, usual_patterns
from marketingconnect.kernel.postal_address import PersonalAddress

FRENCH = "abzéèêëàâçîïôöùûüÿñœæABZÉÈÊÀÂÇÎÔÙÛŒÆ0129 -,.’'()/&«»°\u00a0\t"


@pytest.fixture(scope="module")
def sql() -> Iterator[Any]:
    with duckdb.connect(config={"threads": 1}) as connection:
        macros.define(connection)
        yield connection


def answers(sql: Any, expression: str, values: list[str]) -> list[Any]:
    fill(sql, "given", ("place", "s"), [(f"{n:06}", value) for n, value in enumerate(values)])
    return [
        row[0] for row in sql.execute(f"SELECT {expression} FROM given ORDER BY place").fetchall()
    ]


def kernel_lines(text: str) -> tuple[str, str]:
    """Line 2 and line 4 as the kernel lays them, when they need no shortening."""
    address = PersonalAddress(name="X", inside=text, street=text, postal_code="75001", town="P")
    laid = address.six_lines()
    return laid[1], laid[3]


@given(st.lists(st.text(FRENCH, max_size=36), min_size=1, max_size=40))
def test_lines_that_are_plain_and_fit_are_laid_out_as_the_kernel_does(
    sql: Any, values: list[str]
) -> None:
    plain = answers(sql, "is_plain(tidy(s))", values)
    tidied = answers(sql, "tidy(s)", values)
    capitals = answers(sql, "capitals(tidy(s))", values)

    assert all(plain)
    for value, line2, line4 in zip(values, tidied, capitals, strict=True):
        if len(line2) <= 36 and not set(line2) & set("œæŒÆ"):
            assert (line2, line4) == kernel_lines(value), value


@given(st.lists(st.text(max_size=30), min_size=1, max_size=40))
def test_any_text_is_either_left_to_the_kernel_or_laid_out_like_it(
    sql: Any, values: list[str]
) -> None:
    values = [value.replace("\0", "") for value in values]
    values = [value.encode("utf-8", "ignore").decode() for value in values]
    found = zip(
        values,
        answers(sql, "is_plain(tidy(s))", values),
        answers(sql, "tidy(s)", values),
        answers(sql, "capitals(tidy(s))", values),
        strict=True,
    )

    for value, is_plain, line2, line4 in found:
        if is_plain and len(line2) <= 30 and not set(line2) & set("œæŒÆ"):
            assert (line2, line4) == kernel_lines(value), ascii(value)


def numbers() -> st.SearchStrategy[str]:
    nine = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)
    known = st.sampled_from(
        ["1990", "2619", "3530", "4657", "5364", "6399", "6907", "7090", "2622"]
    )
    begun = st.builds(lambda head, tail: head + tail[:5], known, nine)
    return st.builds(
        lambda prefix, digits, cut: f"{prefix}{digits[:cut]} {digits[cut:]}",
        st.sampled_from(["0", "+33", "0033", "+33 (0)", "33", ""]),
        nine | begun,
        st.integers(1, 8),
    )


@given(st.lists(numbers(), min_size=1, max_size=60))
def test_phones_that_sql_decides_are_what_the_kernel_says(sql: Any, values: list[str]) -> None:
    kinds = answers(sql, "usual_kind(national_of(s))", values)
    nationals = answers(sql, "national_of(s)", values)

    for value, kind, national in zip(values, kinds, nationals, strict=True):
        if kind is not None:
            phone = normalise_phone(value)
            assert (phone.e164, phone.kind) == (f"+33{national}", kind), value


def test_every_usual_range_is_decided_without_the_kernel(sql: Any) -> None:
    """A pattern that never matched would be right, and slow."""
    values = [
        "01 99 00 12 34",
        "+33 4 65 71 12 34",
        "06 39 98 12 34",
        "0033739981234",
        "0912345678",
    ]

    kinds = answers(sql, "usual_kind(national_of(s))", values)
    assert kinds == ["landline", "landline", "mobile", "mobile", "landline"]
    assert set(usual_patterns()) == {PhoneKind.MOBILE, PhoneKind.LANDLINE}


@given(
    st.lists(
        st.emails()
        | st.from_regex(r" ?[a-zA-Z._-]{1,12}@[a-zé.-]{1,12}\.[a-z]{2,4} ?", fullmatch=True),
        min_size=1,
        max_size=40,
    )
)
def test_addresses_that_sql_accepts_are_what_the_kernel_writes(sql: Any, values: list[str]) -> None:
    found = answers(sql, "usual_email(lower(visible(s)))", values)

    for value, address in zip(values, found, strict=True):
        if address is not None:
            assert address == normalise_email(value)


def test_a_wrong_address_is_left_to_the_kernel_which_refuses_it(sql: Any) -> None:
    values = ["a@b", "@example.org", "a..b@example.org", f"{'a' * 65}@example.org", "é@example.org"]

    assert answers(sql, "usual_email(lower(visible(s)))", values) == [None] * 5
    for value in values:
        with pytest.raises(InvalidValueError):
            normalise_email(value)


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_a_date_is_read_in_the_usual_writings(sql: Any, day: date) -> None:
    writings = [
        f"{day:%d/%m/%Y}",
        day.isoformat(),
        f"{day:%d-%m-%Y}",
        f"{day.year:04}{day:%m%d}",
        f"{day.isoformat()} 00:00:00",
        f"{day.isoformat()}T00:00:00Z",
    ]

    assert answers(sql, "day_of(s)", writings) == [day] * 6
    assert answers(sql, "day_of(s)", ["", "31/02/2026", "hier", "2026-13-01"]) == [None] * 4


def test_bands_of_age_are_the_vocabulary_s(sql: Any) -> None:
    ages = [str(age) for age in range(125)]

    found = answers(sql, "age_band_of(CAST(s AS INTEGER))", ages)
    assert found == [age_band(int(age)) for age in ages]


@pytest.mark.parametrize(
    ("told", "commune", "why"),
    [
        (("69004", "LYON", ""), "69384", ""),
        (("75011", "Paris 11e arrondissement", ""), "75111", ""),
        (("38000", "n’importe", ""), "38185", ""),
        (("69210", "Lentilly", ""), "69112", ""),
        (("69210", "L’Arbresle", ""), "69010", ""),
        (("69210", "LARBRESLE", ""), "69010", ""),
        (("69210", "Marseille", ""), "", "town"),
        (("00000", "Lyon", ""), "", "postal_code"),
        (("69210", "", "69010"), "69010", ""),
    ],
)
def test_a_commune_is_found_from_its_postal_code_and_its_name(
    told: tuple[str, str, str], commune: str, why: str
) -> None:
    assert place_told(told)[3:] == (commune, why)
