"""The primed HMAC is the library's own."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.keyed_hash import keyed_sha256


@given(st.binary(max_size=64), st.binary(max_size=100), st.lists(st.binary(max_size=200)))
def test_it_gives_what_the_standard_gives(key: bytes, prefix: bytes, texts: list[bytes]) -> None:
    digest = keyed_sha256(key, prefix)
    assert [digest(text) for text in texts] == [
        hmac.digest(key, prefix + text, "sha256") for text in texts
    ]


def test_a_key_longer_than_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        keyed_sha256(b"k" * 65)
