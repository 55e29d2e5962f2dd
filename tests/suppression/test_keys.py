"""The keyed hash of an address."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.suppression.keys import canonical, digester, newest_version


@given(address=st.text(max_size=80))
def test_the_spelled_out_hash_is_the_standard_hmac_sha256(address: str) -> None:
    from django.conf import settings

    master = settings.SUPPRESSION_KEYS[newest_version()].encode()
    key = hmac.digest(master, b"client:7", "sha256")
    digest = digester(channel="email", scope="client", company_id=7, version=newest_version())

    assert digest(address) == hmac.digest(key, b"email\n" + address.encode(), "sha256")


def test_two_clients_and_two_keys_never_share_a_digest(settings: Settings) -> None:
    settings.SUPPRESSION_KEYS = {1: "old", 2: "new"}
    digests = {
        digester(channel="email", scope=scope, company_id=company, version=version)("a@b.test")
        for scope, company in (("client", 1), ("client", 2), ("everyone", 0))
        for version in (1, 2)
    }

    assert len(digests) == 6


@pytest.mark.parametrize(
    ("channel", "typed", "expected"),
    [
        ("email", " Jean@Example.ORG ", "jean@example.org"),
        ("sms", "06 39 98 00 01", "+33639980001"),
        ("post", " 3 rue  du Four ", "3 RUE DU FOUR"),
    ],
)
def test_an_address_is_opposed_under_one_spelling(channel: str, typed: str, expected: str) -> None:
    assert canonical(channel, typed) == expected


@pytest.mark.parametrize(("channel", "typed"), [("email", "jean"), ("sms", "12"), ("post", " ")])
def test_what_cannot_be_read_is_not_opposed_silently(channel: str, typed: str) -> None:
    with pytest.raises(InvalidValueError):
        canonical(channel, typed)
