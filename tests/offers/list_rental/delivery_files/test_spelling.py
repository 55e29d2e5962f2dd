import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.offers.list_rental.delivery_files.spelling import (
    CIVILITY,
    SAINT,
    STREET,
    TITLE,
    TOWN,
    civility_choices,
    name_form,
    seen,
    spelled,
    street_choices,
    street_form,
    town_choices,
    words_of,
)

VOCABULARY = (
    "12 7 BIS B AVENUE AV BOULEVARD CHE PLACE DU DE LA SAINT ST STE SAINTE DOCTEUR DR GAL "
    "JEAN MARTIN LYON MONSIEUR M MME MADAME 69003 VILLEFRANCHE GUEVARA"
)
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=8)
LONG, SHORT = 0b11111, 0


def street(text: str, kinds: int) -> str:
    words = words_of(text)
    return " ".join(spelled(words, street_choices(words), kinds))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("12 AV JEAN JAURES", "12 AVENUE JEAN JAURES"),
        ("12 B CHE DES VIGNES", "12 B CHEMIN DES VIGNES"),
        ("7 BIS PL ST BRUNO", "7 BIS PLACE SAINT BRUNO"),
        ("RUE DU DR ROUX", "RUE DU DOCTEUR ROUX"),
        ("RUE STE CATHERINE", "RUE SAINTE CATHERINE"),
        ("3 RUE DU GAL LECLERC", "3 RUE DU GENERAL LECLERC"),
    ],
)
def test_two_spellings_of_a_street_are_one_street(short: str, long: str) -> None:
    assert street(short, LONG) == street(long, LONG) == long
    assert street(short, SHORT) == street(long, SHORT) == short
    assert street_form(words_of(short)) == street_form(words_of(long))


@pytest.mark.parametrize("line", ["8 RUE CHE GUEVARA", "CHE", "RUE VICTOR HUGO", "LE BOURG"])
def test_a_name_that_sounds_like_a_sort_of_street_stays(line: str) -> None:
    assert street(line, LONG) == street(line, SHORT) == line


def test_a_line_that_would_grow_too_long_stays() -> None:
    line = "112 BD DU MARECHAL DE LATTRE TASSIGNY"

    assert street(line, LONG) == street(line, SHORT) == line


@given(WORDS, st.integers(0, 31))
def test_a_spelling_changes_neither_the_form_nor_what_can_be_chosen(
    words: list[str], kinds: int
) -> None:
    for choices in (street_choices, town_choices, civility_choices):
        written = spelled(words, choices(words), kinds)
        assert street_form(written) == street_form(words) or choices is civility_choices
        assert name_form(written) == name_form(words) or choices is not civility_choices
        assert [c.place for c in choices(written)] == [c.place for c in choices(words)]
        assert len(" ".join(written)) <= max(38, len(" ".join(words)))
        for kind, is_long in seen(written, choices(written)).items():
            assert is_long == bool(kinds >> kind & 1)


def test_each_sort_of_word_is_chosen_by_itself() -> None:
    words = words_of("3 avenue du docteur saint-martin")

    assert {choice.kind for choice in street_choices(words)} == {STREET, TITLE, SAINT}
    assert spelled(words, street_choices(words), 1 << STREET) == words_of(
        "3 AVENUE DU DR ST MARTIN"
    )
    assert {c.kind for c in town_choices(words_of("69230 ST GENIS LAVAL"))} == {TOWN}
    assert {c.kind for c in civility_choices(words_of("Mme Zoé Roux"))} == {CIVILITY}


@pytest.mark.parametrize(
    "name", ["M. Jean-Pierre DURAND", "Durand jean pierre", "MONSIEUR JEAN PIERRE DURAND"]
)
def test_a_name_is_the_same_in_any_order_case_and_civility(name: str) -> None:
    assert name_form(words_of(name)) == "DURAND JEAN PIERRE"


def test_words_have_neither_accents_nor_punctuation() -> None:
    assert words_of("12, rue de l’Œuvre (Noël)") == ["12", "RUE", "DE", "L", "OEUVRE", "NOEL"]
