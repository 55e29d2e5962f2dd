"""Which encoding a list is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.contacts.reading.encodings import MIXED, codec_and_errors, guess_encoding

NAMES = [
    "Hélène", "François", "Noémie", "Jérôme", "BÉRANGER", "Lefèvre", "Châtelain", "Loïc",
    "Gaël", "Aïcha", "Benoît", "Saint-Étienne", "Évry", "CRÉTEIL", "Besançon", "Mâcon",
]  # fmt: skip
WINDOWS_ONLY = ["Sœur", "l’été", "12 €", "Cœur"]


def read(content: bytes) -> str:
    codec, errors = codec_and_errors(guess_encoding([content]))
    return content.decode(codec, errors)


def listed(names: list[str]) -> str:
    return "".join(f"p{i}@example.org;{name};Paris\r\n" for i, name in enumerate(names))


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "mac-roman", "cp850", "utf-8"])
@given(names=st.lists(st.sampled_from(NAMES), min_size=3, unique=True))
def test_french_names_are_read_as_they_were_written(encoding: str, names: list[str]) -> None:
    text = listed(names)

    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
@given(names=st.lists(st.sampled_from([*NAMES, *WINDOWS_ONLY]), min_size=3, unique=True))
def test_the_signs_of_windows_are_read_too(encoding: str, names: list[str]) -> None:
    text = listed(names)

    assert read(text.encode(encoding)) == text


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_in_utf_8_or_marked_utf_16_is_read_as_it_is(text: str) -> None:
    assert read(text.encode()).removeprefix("\ufeff") == text.removeprefix("\ufeff")
    assert read(text.encode("utf-16")) == text
    assert read(text.encode("utf-8-sig")) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised(encoding: str) -> None:
    text = listed(NAMES)

    assert read(text.encode(encoding)) == text


@given(split=st.integers(1, 40))
def test_an_accent_cut_between_two_chunks_is_still_utf_8(split: int) -> None:
    content = listed(NAMES).encode()

    assert guess_encoding([content[:split], content[split:]]) == "utf-8"


def test_one_accent_at_the_very_end_decides() -> None:
    chunks = [b"p@example.org;Paul\n" * 10_000, "h@example.org;Hélène\n".encode("cp1252")]

    assert guess_encoding(chunks) == "cp1252"


def test_two_exports_glued_together_are_both_read() -> None:
    content = listed(NAMES).encode() + b"x@example.org;Ren\xe9\n"

    assert guess_encoding([content]) == MIXED
    assert read(content).endswith("x@example.org;René\n")
