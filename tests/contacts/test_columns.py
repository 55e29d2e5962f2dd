"""What each column of a list holds."""

import pytest

from marketingconnect.contacts.columns import guess_columns, sensitive_title

ANNE = ["anne@example.org", "Mme", "Anne", "Le Goff", "29200", "Brest", "06 39 98 00 01"]


@pytest.mark.parametrize(
    ("titles", "targets"),
    [
        (
            ["E-mail", "Civilité", "Prénom", "NOM", "CP", "Ville", "Portable"],
            ["email", "civility", "first_name", "last_name", "postal_code", "city", "mobile"],
        ),
        (
            ["email_address", "Title", "First Name", "Last name", "ZIP", "City", "Phone"],
            ["email", "civility", "first_name", "last_name", "postal_code", "city", "mobile"],
        ),
        (
            ["Login", "X", "Y", "Z", "T", "U", "V"],
            ["email", "civility", "first_name", "extra:Z", "postal_code", "extra:U", "mobile"],
        ),
    ],
)
def test_columns_are_guessed_from_titles_and_contents(
    titles: list[str], targets: list[str]
) -> None:
    assert [c.target for c in guess_columns([titles, ANNE], header=True)] == targets


def test_without_titles_contents_alone_speak() -> None:
    targets = [c.target for c in guess_columns([ANNE, ANNE], header=False)]

    assert targets == ["email", "civility", "first_name", "", "postal_code", "", "mobile"]


def test_the_column_with_most_addresses_is_the_address() -> None:
    rows = [["Email", "Contact"], ["", "a@example.org"], ["b@example.org", "c@example.org"]]

    assert [c.target for c in guess_columns(rows, header=True)] == ["extra:Email 2", "email"]


def test_two_columns_never_have_one_name() -> None:
    rows = [["email", "Ville", "Ville", "Goût", "gout"], ["a@example.org", "x", "y", "z", "t"]]

    targets = [c.target for c in guess_columns(rows, header=True)]
    assert targets == ["email", "city", "extra:Ville 2", "extra:Goût", "extra:gout 2"]


@pytest.mark.parametrize(
    "title",
    ["Religion", "N° de sécurité sociale", "NIR", "Allergies", "Syndicat", "IBAN",
     "Orientation sexuelle", "Opinion politique", "Groupe sanguin", "Handicap"],
)  # fmt: skip
def test_a_sensitive_title_is_never_taken(title: str) -> None:
    column = guess_columns([["email", title], ["a@example.org", "x"]], header=True)[1]

    assert column.sensitive
    assert column.target == ""


@pytest.mark.parametrize(
    "title",
    ["Ville", "Origine du contact", "Commentaires intéressants", "Prix", "Avis", "Parti le"],
)
def test_an_ordinary_title_is_not_sensitive(title: str) -> None:
    assert sensitive_title(title) == ""


@pytest.mark.parametrize("secret", ["1 85 05 78 006 084 36", "FR76 3000 6000 0112 3456 7890 189"])
def test_sensitive_contents_are_seen_under_any_title(secret: str) -> None:
    rows = [["email", "Référence"], ["a@example.org", secret], ["b@example.org", secret]]

    assert guess_columns(rows, header=True)[1].sensitive
