import pytest

from marketingconnect.nomenclatures.legal_categories import (
    legal_categories,
    legal_children,
    legal_label,
)


def test_each_category_is_part_of_a_known_group_and_family() -> None:
    codes = {found.code for found in legal_categories()}

    assert {found.parent for found in legal_categories()} - {""} <= codes
    assert [found.code for found in legal_children()] == list("0123456789")
    assert "5710" in {found.code for found in legal_children("57")}


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("5710", "Société par actions simplifiée (SAS)"),
        ("9220", "Association déclarée"),
        ("5", "Société commerciale"),
        ("5799", "Société par actions simplifiée"),
        ("7999", "Personne morale et organisme soumis au droit administratif"),
    ],
)
def test_a_code_has_its_label_or_that_of_what_holds_it(code: str, label: str) -> None:
    assert legal_label(code) == label


def test_a_text_is_not_a_category() -> None:
    with pytest.raises(KeyError):
        legal_label("X")
