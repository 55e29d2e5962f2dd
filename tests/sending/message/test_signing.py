"""What an independent verifier, dkimpy, says of our DKIM signatures."""

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.sending.domains.records import public_record
from marketingconnect.sending.message.compiled import CompiledMessage, RenderedMessage
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.signing import Signer, SigningKey, StoredSignature
from tests.sending.message.test_compiled import SENDING, TOKENS, content, templates, texts

AT = 1_795_507_200
RSA = SigningKey(
    1, SENDING.domain, "r1", rsa.generate_private_key(public_exponent=65537, key_size=2048)
)
EDWARDS = SigningKey(2, SENDING.domain, "e1", ed25519.Ed25519PrivateKey.generate())
BOTH = Signer([RSA, EDWARDS])
SAID = content(text="Chère {{first_name}}, " + "très " * 80, subject="L’été {{first_name}} " * 6)


def rendered(said: CampaignContent, name: str = "Zoé", position: int = 7) -> RenderedMessage:
    compiled = CompiledMessage(said, SENDING, TOKENS)
    return compiled.render(position, "zoe@example.org", {"first_name": name, "city": "L’Haÿ"})


def published(name: bytes, timeout: float = 5) -> bytes | None:
    for key in (RSA, EDWARDS):
        if name.decode() == f"{key.selector}._domainkey.{SENDING.domain}.":
            return public_record(key.private.public_key()).encode()
    return None


def verified(octets: bytes) -> list[bool]:
    """The word of dkimpy on the first and on the second signature."""
    try:
        verifier = dkim.DKIM(octets, minkey=2048)
        return [verifier.verify(index, dnsfunc=published) for index in (0, 1)]
    except dkim.DKIMException:
        return [False]


@settings(max_examples=60, deadline=None)
@given(text=templates, html=templates, subject=texts, name=texts)
def test_whatever_is_written_both_signatures_are_verified(
    text: str, html: str, subject: str, name: str
) -> None:
    message = rendered(content(text=text, html=html, subject=subject), name)
    assert verified(BOTH.signed(message, at=AT).octets) == [True, True]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_byte_of_the_body_or_of_what_is_signed_is_refused(data: st.DataObject) -> None:
    message = rendered(SAID)
    octets = BOTH.signed(message, at=AT).octets
    place = data.draw(st.integers(0, len(message.octets) - 1)) + len(octets) - len(message.octets)
    changed = bytearray(octets)
    if chr(changed[place]).isspace() or b"X-Campaign" in octets[place - 30 : place + 30]:
        return
    changed[place] = ord("x") if changed[place] != ord("x") else ord("y")
    assert not all(verified(bytes(changed)))


@pytest.mark.parametrize("added", ["From: autre@example.test", "Subject: Autre", "Reply-To: a@b.c"])
def test_a_header_added_on_the_way_is_refused(added: str) -> None:
    octets = BOTH.signed(rendered(SAID), at=AT).octets
    assert verified(octets) == [True, True]
    assert not any(verified(added.encode() + b"\r\n" + octets))
    assert verified(octets.replace(b"One-Click", b"Two-Click")) == [False, False]


def test_a_signature_made_ahead_serves_its_own_message_only() -> None:
    message = rendered(SAID)
    ahead = BOTH.ahead(message, at=AT)
    signed = BOTH.signed(message, at=AT + 5, stored=ahead)
    assert signed == BOTH.signed(message, at=AT)
    for other in (rendered(SAID, "Zoë"), rendered(SAID, position=8)):
        new = BOTH.signed(other, at=AT + 5, stored=ahead)
        assert b"t=%d" % (AT + 5) in new.header
        assert b"t=%d;" % AT not in new.header
        assert verified(new.octets) == [True, True]


def test_a_signature_of_another_key_is_not_used() -> None:
    message = rendered(SAID)
    of_another = [
        StoredSignature(9, one.at, one.seal, one.octets) for one in BOTH.ahead(message, at=AT)
    ]
    assert BOTH.signed(message, at=AT + 5, stored=of_another) == BOTH.signed(message, at=AT + 5)


def test_no_line_is_long_and_a_campaign_without_a_key_is_not_slow() -> None:
    signed = BOTH.signed(rendered(SAID), at=AT)
    assert max(len(line) for line in signed.octets.split(b"\r\n")) <= 100
    assert BOTH.is_slow
    assert not Signer([EDWARDS]).is_slow
