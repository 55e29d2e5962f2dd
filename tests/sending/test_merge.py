"""Merge fields: what is a token, what replaces it, and what can never slip in."""

import html

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.sending.merge import Field, fields_in, merge, parse, value_of


def test_a_token_may_have_spaces_and_odd_braces_stay_text() -> None:
    assert parse("Bonjour {{ first_name }}, {{Nom}} {x} {{}}") == (
        "Bonjour ",
        Field("first_name"),
        ", {{Nom}} {x} {{}}",
    )


def test_fields_are_listed_once_in_order() -> None:
    assert fields_in("{{city}} {{first_name}}", "{{city}} {{last_name}}") == [
        "city",
        "first_name",
        "last_name",
    ]


def test_a_blank_value_gives_the_fallback_and_no_fallback_gives_nothing() -> None:
    assert (
        merge("[{{first_name}}]", {"first_name": "  "}, {"first_name": "vous"}, escape=False)
        == "[vous]"
    )
    assert merge("[{{first_name}}]", {}, {}, escape=False) == "[]"


def test_a_value_is_escaped_in_html_and_only_there() -> None:
    fields = {"company_name": 'Pain & "Co" <br>'}
    assert merge("{{company_name}}", fields, {}, escape=True) == (
        "Pain &amp; &quot;Co&quot; &lt;br&gt;"
    )
    assert merge("{{company_name}}", fields, {}, escape=False) == 'Pain & "Co" <br>'


def test_a_value_cannot_bring_a_second_token() -> None:
    assert merge("{{a}}", {"a": "{{b}}", "b": "secret"}, {}, escape=False) == "{{b}}"


@given(st.text())
def test_a_value_is_always_one_line(value: str) -> None:
    kept = value_of("a", {"a": value}, {})
    assert not set(kept) & {"\r", "\n", "\0", "\t", "\u2028", "\x85"}
    assert kept == kept.strip(" ")
    kept.encode("utf-8")


@given(st.text(alphabet=st.characters(exclude_characters="{}")), st.text())
def test_text_around_tokens_is_kept_to_the_letter(before: str, value: str) -> None:
    merged = merge(before + "{{a}}" + before, {"a": value}, {}, escape=True)
    assert merged == before + html.escape(value_of("a", {"a": value}, {})) + before
