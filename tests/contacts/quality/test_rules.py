"""What an address looks like before it is written to (CGV B.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.contacts.quality.rules import (
    Remark,
    Verdict,
    _domains,
    quality_of,
    remarks_on,
    suggested_for,
    verdict_on,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Jérôme.Noël@example.org", "jerome.noel@example.org"),
        (" cœur@example.org ", "coeur@example.org"),
        ("hélène@bücher.example", "helene@xn--bcher-kva.example"),
        ("jérôme noël@example.org", ""),
        ("名@example.org", ""),
        ("a b@example.org", ""),
    ],
)
def test_accents_before_the_at_are_told_and_what_was_meant_is_suggested(
    written: str, meant: str
) -> None:
    quality = quality_of(written)

    assert (quality.address, quality.suggestion) == ("", meant)
    assert (quality.verdict, quality.remarks) == (Verdict.BAD, (Remark.SYNTAX,))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.fr", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("hotmial.fr", "hotmail.fr"),
        ("hotamil.con", "hotmail.com"),
        ("wanado.fr", "wanadoo.fr"),
        ("orage.fr", "orange.fr"),
        ("laposte.ent", "laposte.net"),
        ("outlok.fr", "outlook.fr"),
        ("freee.fr", "free.fr"),
    ],
)
def test_a_slip_of_the_fingers_is_told_and_never_corrected(written: str, meant: str) -> None:
    quality = quality_of(f"Lea.Petit@{written}")

    assert quality.suggestion == f"lea.petit@{meant}"
    assert quality.address == f"lea.petit@{written}"
    assert (quality.verdict, quality.remarks) == (Verdict.DOUBTFUL, (Remark.MISTYPED,))


@pytest.mark.parametrize(
    "domain",
    ["mail.com", "hotmail.be", "outlook.de", "fred.fr", "fret.fr", "live.fr", "sfp.fr", "life.com",
     "laposte.fr", "exemple.fr", "mae.com", "email.com", "example.org"],
)  # fmt: skip
def test_a_real_domain_that_looks_like_another_is_left_alone(domain: str) -> None:
    assert suggested_for(domain) == ""


def test_lists_of_domains_do_not_contradict_one_another() -> None:
    table = _domains()

    assert not table.known & table.lookalikes
    assert not set(table.slips) & (table.known | table.lookalikes)
    assert set(table.slips.values()) <= table.known
    assert all(remarks_on(domain).remarks == () for domain in table.known | table.lookalikes)


@given(st.sampled_from(sorted(_domains().long)), st.integers(0, 20), st.sampled_from("abcxyz0-"))
def test_one_letter_more_leads_back_to_a_long_domain(domain: str, at: int, letter: str) -> None:
    at = 1 + at % (len(domain) - 1)
    written = domain[:at] + letter + domain[at:]

    if written not in _domains().known | _domains().lookalikes and written not in _domains().slips:
        assert suggested_for(written)


@pytest.mark.parametrize(
    ("text", "receives", "verdict", "remarks"),
    [
        ("lea@example.org", None, Verdict.GOOD, ()),
        ("lea@example.org", True, Verdict.GOOD, ()),
        ("lea@example.org", False, Verdict.BAD, (Remark.NO_MAIL,)),
        ("lea@gmial.com", False, Verdict.BAD, (Remark.NO_MAIL, Remark.MISTYPED)),
        ("contact@example.org", None, Verdict.GOOD, (Remark.ROLE,)),
        ("x@yopmail.com", None, Verdict.DOUBTFUL, (Remark.DISPOSABLE,)),
        ("x@a.b.yopmail.com", None, Verdict.DOUBTFUL, (Remark.DISPOSABLE,)),
        ("léa@example.org", None, Verdict.BAD, (Remark.SYNTAX,)),
        ("lea@café.example.org", None, Verdict.GOOD, ()),
    ],
)
def test_each_address_has_its_verdict(
    text: str, receives: bool | None, verdict: Verdict, remarks: tuple[Remark, ...]
) -> None:
    quality = quality_of(text, receives_mail=receives)

    assert (quality.verdict, quality.remarks) == (verdict, remarks)
    assert bool(quality.address) is (Remark.SYNTAX not in remarks)
    assert bool(quality.detail) is (Remark.SYNTAX in remarks)


@given(st.text(max_size=80))
def test_nothing_typed_breaks_it(text: str) -> None:
    quality = quality_of(text)

    assert quality.address == "" or quality_of(quality.address).address == quality.address


def test_an_address_of_a_function_is_as_good_as_another() -> None:
    assert verdict_on(()) is verdict_on((Remark.ROLE,)) is Verdict.GOOD
    assert verdict_on((Remark.ROLE, Remark.MISTYPED)) is Verdict.DOUBTFUL
    assert verdict_on((Remark.DISPOSABLE, Remark.NO_MAIL)) is Verdict.BAD
