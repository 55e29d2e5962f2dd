"""The words of RFC 8461, valid and not."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketingconnect.sending.mta_sts.policy import (
    LONGEST_AGE,
    InvalidPolicyError,
    Mode,
    Policy,
    announced_id,
    parse_policy,
)

GOOD = (
    b"version: STSv1\r\nmode: enforce\r\nmx: mx.fast.test\r\nmx: *.slow.test\r\nmax_age: 604800\r\n"
)
LABELS = st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\Z")
HOSTS = st.lists(LABELS, min_size=2, max_size=4).map(".".join)
PATTERNS = st.builds(str.__add__, st.sampled_from(["", "*."]), HOSTS)
POLICIES = st.builds(
    Policy,
    st.sampled_from(Mode),
    st.integers(0, LONGEST_AGE),
    st.lists(PATTERNS, min_size=1, max_size=5, unique=True).map(tuple),
)
EXTENSIONS = st.lists(
    st.tuples(
        st.from_regex(r"\A[a-z0-9][a-z0-9_.-]{0,20}\Z"), st.text(string.ascii_letters + "é:*")
    ),
    max_size=3,
).map(lambda pairs: [f"x-{key[:30]}: {value}" for key, value in pairs])


def written(policy: Policy, extensions: list[str], end: str) -> bytes:
    lines = [
        "version: STSv1",
        *extensions,
        f"mode:{policy.mode} ",
        f"max_age: \t{policy.max_age}",
        *(f"mx: {one}" for one in policy.mx),
        "mode: none",
        "max_age: 1",
    ]
    return end.join([*lines, ""]).encode()


@given(POLICIES, EXTENSIONS, st.sampled_from(["\n", "\r\n"]))
def test_a_policy_is_read_as_written_with_what_is_not_known_left_aside(
    policy: Policy, extensions: list[str], end: str
) -> None:
    """And of a key given twice the first counts, but `mx` adds up."""
    assert parse_policy(written(policy, extensions, end)) == policy


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(GOOD)
def test_octets_of_any_kind_are_a_policy_or_refused_in_french(octets: bytes) -> None:
    try:
        said = str(parse_policy(octets).mode)
    except InvalidPolicyError as refusal:
        said = str(refusal)
    assert said in set(Mode) or said.endswith(".")


@given(HOSTS, LABELS, LABELS)
def test_a_wildcard_stands_for_one_label_and_no_other(host: str, one: str, two: str) -> None:
    wild, exact = Policy(Mode.ENFORCE, 1, (f"*.{host}",)), Policy(Mode.ENFORCE, 1, (host,))

    assert wild.allows(f"{one}.{host}")
    assert wild.allows(f"{one}.{host}.".upper())
    assert not wild.allows(host)
    assert not wild.allows(f"{two}.{one}.{host}")
    assert not wild.allows(f"*.{host}")
    assert not wild.allows(f"{one}{host}")
    assert exact.allows(host)
    assert not exact.allows(f"{one}.{host}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"STSv1", b"STSv2", "STSv1"),
        (b"version: STSv1\r\n", b"", "STSv1"),
        (b"enforce", b"Enforce", "mode"),
        (b"mode: enforce\r\n", b"", "mode"),
        (b"604800", b"-1", "max_age"),
        (b"604800", b"12345678901", "max_age"),
        (b"604800", "٦".encode(), "max_age"),
        (b"max_age: 604800\r\n", b"", "max_age"),
        (b"mx: mx.fast.test\r\nmx: *.slow.test\r\n", b"", "serveur"),
        (b"*.slow.test", b"*.*.slow.test", "nom de serveur"),
        (b"*.slow.test", b"mx*.slow.test", "nom de serveur"),
        (b"*.slow.test", b"slow.*", "nom de serveur"),
        (b"*.slow.test", b"*", "nom de serveur"),
        (b"*.slow.test", b"sl\xc3\xb6w.test", "nom de serveur"),
        (b"*.slow.test", b"", "nom de serveur"),
        (b"mode: enforce", b"<html>", "clé: valeur"),
        (b"mode: enforce", b"\xff", "UTF-8"),
    ],
)
def test_a_policy_that_does_not_stand_is_refused(old: bytes, new: bytes, said: str) -> None:
    assert parse_policy(GOOD).mode is Mode.ENFORCE
    with pytest.raises(InvalidPolicyError, match=said):
        parse_policy(GOOD.replace(old, new))


def test_without_servers_a_domain_may_only_take_its_policy_back() -> None:
    assert parse_policy(b"version: STSv1\nmode: none\nmax_age: 86400") == Policy(Mode.NONE, 86400)


def test_a_policy_is_kept_a_year_at_most() -> None:
    assert parse_policy(GOOD.replace(b"604800", b"9999999999")).max_age == LONGEST_AGE


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (["v=STSv1; id=20160831085700Z;"], "20160831085700Z"),
        (["v=STSv1;id=1"], "1"),
        (["v=STSv1 ; x-new=a:b ; id=1 ; id=2;"], "1"),
        (["v=spf1 -all", "v=STSv1; id=1"], "1"),
        (["v=STSv1; id=1", "v=STSv1; id=1"], None),
        (["v=STSv1; id=1; "], "1"),
        (["v=STSv1"], None),
        (["v=STSv1;"], None),
        (["v=STSv1; id="], None),
        (["v=STSv1; id=a-b"], None),
        (["v=STSv1; id=" + "1" * 33], None),
        (["v=STSv1; id=1; words"], None),
        (["v=STSv1;; id=1"], None),
        (["v=stsv1; id=1"], None),
        (["v=STSv10; id=1"], None),
        (["id=1; v=STSv1;"], None),
        ([], None),
    ],
)
def test_one_announcement_well_written_has_an_id(records: list[str], expected: str | None) -> None:
    assert announced_id(records) == expected


@given(st.lists(st.text(max_size=80) | st.text(max_size=40).map("v=STSv1; id=1;".__add__)))
def test_texts_of_any_kind_announce_an_id_or_nothing(records: list[str]) -> None:
    found = announced_id(records)
    assert found is None or (found.isascii() and found.isalnum())
