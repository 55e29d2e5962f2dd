"""The compiled message says, to the letter, what the naive rendering says."""

import base64
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.sending.merge import merge, tidy
from marketingconnect.sending.message.compiled import (
    CompiledMessage,
    RenderedMessage,
    Sending,
    UnusableAddressError,
    envelope_address,
)
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.tokens import (
    InvalidTokenError,
    RecipientTokens,
)

TOKENS = RecipientTokens("a secret of the tests")
SENDING = Sending(
    campaign_id=42,
    company_reference="C-000042",
    company_name="Boulangerie Nadia",
    date=datetime(2026, 11, 24, 8, tzinfo=UTC),
    domain="envois.atelier-postal.example.org",
    base_url="https://atelier-postal.example.org",
)
FIELDS = {"first_name": "Zoé", "city": "L'Haÿ-les-Roses"}
texts = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8", exclude_categories=["Cs"]), st.sampled_from(" .=\n\té€😀-")
    ),
    max_size=300,
)
templates = st.lists(
    st.one_of(texts, st.sampled_from(["{{first_name}}", "{{ city }}", "{{lien_desinscription}}"])),
    max_size=8,
).map("".join)


def content(
    text: str = "Bonjour {{first_name}}", html: str = "<p>{{first_name}}</p>", subject: str = "Fête"
) -> CampaignContent:
    return CampaignContent(
        subject=subject,
        preheader="",
        sender_name="Boulangerie Nadia",
        reply_to="nadia@boulangerie.test",
        html=html,
        text=text,
        fallbacks={"first_name": "cher client"},
    )


def rendered(said: CampaignContent, fields: dict[str, str]) -> RenderedMessage:
    return CompiledMessage(said, SENDING, TOKENS).render(7, "zoe@example.org", fields)


def parsed(message: RenderedMessage) -> EmailMessage:
    whole = message.octets
    return message_from_bytes(whole, policy=policy.default)


def naive(text: str, fields: dict[str, str], *, escape: bool) -> str:
    whole = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    link = f"{SENDING.base_url}/u/d/{TOKENS.link(42, 7)}"
    known = {"email": "zoe@example.org", **fields, "lien_desinscription": link}
    return merge(whole, known, {"first_name": "cher client"}, escape=escape)


def decoded(message: EmailMessage, kind: str) -> str:
    part = next(p for p in message.walk() if p.get_content_type() == f"text/{kind}")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n")


@settings(max_examples=150)
@given(text=templates, html=templates, name=texts, city=texts)
def test_decoded_parts_equal_the_naive_rendering(
    text: str, html: str, name: str, city: str
) -> None:
    fields = {"first_name": name, "city": city}
    message = parsed(rendered(content(text=text, html=html), fields))

    # The line break before a boundary belongs to the boundary (RFC 2046).
    assert decoded(message, "plain").rstrip("\n") == naive(text, fields, escape=False).rstrip("\n")
    assert decoded(message, "html").rstrip("\n") == naive(html, fields, escape=True).rstrip("\n")


@settings(max_examples=150)
@given(text=templates, name=texts, subject=templates)
def test_the_bytes_need_neither_dot_stuffing_nor_canonical_form(
    text: str, name: str, subject: str
) -> None:
    message = rendered(content(text=text, html=text, subject=subject), {"first_name": name})
    whole = message.octets
    whole.decode("ascii")
    assert b"\n" not in whole.replace(b"\r\n", b"")
    assert b"\r" not in whole.replace(b"\r\n", b"")
    lines = whole.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert all(len(line) <= 78 for line in message.body.split(b"\r\n"))
    assert not any(line.startswith(b".") for line in lines)
    assert not any(re.search(rb"[ \t]$|[ \t]{2}|\t", line) for line in message.body.split(b"\r\n"))


@settings(max_examples=150)
@given(subject=templates, name=texts)
def test_the_subject_reads_as_written(subject: str, name: str) -> None:
    message = rendered(content(subject=subject), {"first_name": name})
    fields = {"first_name": name}
    expected = tidy(
        merge(
            subject,
            {**fields, "lien_desinscription": f"{SENDING.base_url}/u/d/{TOKENS.link(42, 7)}"},
            {"first_name": "cher client"},
            escape=False,
        )
    )
    header = message.header.decode("ascii")
    raw = re.search(r"^Subject: ([^\r\n]*(?:\r\n [^\r\n]*)*)", header, re.M)
    assert raw is not None
    assert all(len(line) <= 78 for line in raw.group(0).split("\r\n"))
    assert _decoded_words(raw.group(1)) == expected


def _decoded_words(raw: str) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(raw.replace("\r\n", "")))).strip(" ")


def test_headers_say_who_sends_and_how_to_leave_in_one_click() -> None:
    message = parsed(rendered(content(subject="Fêtes pour {{first_name}}"), FIELDS))
    link = f"{SENDING.base_url}/u/d/{TOKENS.link(42, 7)}"

    assert message["Subject"] == "Fêtes pour Zoé"
    assert message["From"] == "Boulangerie Nadia <c-000042@envois.atelier-postal.example.org>"
    assert message["To"] == "zoe@example.org"
    assert message["Reply-To"] == "nadia@boulangerie.test"
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["X-Campaign"] == "42"
    assert message["Message-ID"] == f"<42.{TOKENS.link(42, 7)}@{SENDING.domain}>"


def test_a_recipient_always_gets_the_same_bytes() -> None:
    assert rendered(content(), FIELDS) == rendered(content(), FIELDS)


def test_the_return_path_names_the_recipient_in_a_signed_way() -> None:
    path = rendered(content(), FIELDS).return_path
    token = path.removeprefix("r-").partition("@")[0]
    assert TOKENS.read_return_path(token.upper()) == (42, 7)
    with pytest.raises(InvalidTokenError):
        RecipientTokens("another secret").read_return_path(token)
    with pytest.raises(InvalidTokenError):
        TOKENS.read_return_path(token[:-1] + ("0" if token[-1] != "0" else "1"))


def test_a_return_path_of_the_older_form_is_still_read() -> None:
    """Mails that left under the form in base 32 may come back for days."""
    older = "aaaaaaaaaaacuaaaaadv7th2e24nchsc"
    assert TOKENS.read_return_path(older.upper()) == (42, 7)
    with pytest.raises(InvalidTokenError):
        TOKENS.read_return_path(older[:-1] + ("b" if older[-1] != "b" else "c"))


def test_link_and_return_path_show_nothing_of_each_other() -> None:
    link, path = TOKENS.link_and_return_path(42, 7)
    assert path[24:] not in base64.urlsafe_b64decode(link + "==").hex()


@pytest.mark.parametrize(
    "email",
    ["a b@example.org", "a\r\nRCPT TO:<x>@example.org", "é@example.org", "a@", "@b", "a>@b"],
)
def test_an_address_that_could_break_an_envelope_is_refused(email: str) -> None:
    with pytest.raises(UnusableAddressError):
        envelope_address(email)


@pytest.mark.parametrize("email", ["a b@example.org", "é@example.org", "@example.org", "a" * 250])
def test_a_domain_seen_before_lets_no_address_through(email: str) -> None:
    message = CompiledMessage(content(), SENDING, TOKENS)
    message.render(7, "zoe@example.org", FIELDS)
    whole = email if "@" in email else f"{email}@example.org"
    with pytest.raises(UnusableAddressError):
        message.render(8, whole, FIELDS)


def test_a_domain_with_accents_goes_out_in_ascii() -> None:
    assert envelope_address("zoe@crème.example.org") == "zoe@xn--crme-6oa.example.org"
    assert envelope_address("zoe@straße.example.org") == "zoe@xn--strae-oqa.example.org"


@given(st.text(alphabet="ABCabc019-_", max_size=45))
def test_a_made_up_link_names_nobody(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        TOKENS.read_link(token)


def test_one_letter_changed_makes_a_link_worthless() -> None:
    token = TOKENS.link(42, 7)
    assert TOKENS.read_link(token) == (42, 7)
    for index in range(len(token) - 1):
        other = "A" if token[index] != "A" else "B"
        with pytest.raises(InvalidTokenError):
            TOKENS.read_link(token[:index] + other + token[index + 1 :])
