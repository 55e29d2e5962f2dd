"""``check_addresses``: rows as they stand, a verdict beside each."""

import csv
import json
from pathlib import Path

import pytest

from marketingconnect.cli import main
from tests.dns.name_server import ZONE

LIST = """Nom;E-mail;Ville
Léa;lea@gmial.com;Lyon
=Max;max@example.org;Nîmes
;;
Zoé;zoe@silent.example.org;Brest
Ana;ana@@x;
Bob;bob@yopmail.com;Metz
"""


def checked(folder: Path, text: str, *options: str) -> tuple[int, list[list[str]]]:
    source, out = folder / "liste.csv", folder / "jugée.csv"
    source.write_text(text, encoding="cp1252")
    code = main(["check_addresses", str(source), "--out", str(out), *options])
    if not out.exists():
        return code, []
    with out.open(encoding="utf-8-sig", newline="") as stream:
        return code, list(csv.reader(stream, delimiter=";"))


def test_each_row_is_kept_and_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, rows = checked(tmp_path, LIST)

    assert code == 0
    assert rows[0] == [
        "Nom",
        "E-mail",
        "Ville",
        "Verdict",
        "Adresse lue",
        "Remarques",
        "Suggestion",
    ]
    assert [row[3] for row in rows[1:]] == [
        "à vérifier", "bonne", "bonne", "inutilisable", "à vérifier",
    ]  # fmt: skip
    assert rows[1][6] == "lea@gmail.com"
    assert rows[2][0] == "'=Max"
    assert rows[4][5] == "Une adresse e-mail contient une seule fois le signe @."
    assert json.loads(capsys.readouterr().out) == {
        "good": 2, "doubtful": 2, "bad": 1, "rows": 5, "mistyped": 1, "syntax": 1, "disposable": 1,
    }  # fmt: skip


def test_domains_are_asked_about_when_a_resolver_is_given(tmp_path: Path) -> None:
    zone = tmp_path / "zone"
    zone.write_text(ZONE + "yopmail.com. MX 10 mx.example.org.\n", encoding="utf-8")

    _, rows = checked(tmp_path, LIST, "--dns", f"zone:{zone}")

    assert [row[3] for row in rows[1:]] == [
        "inutilisable", "bonne", "inutilisable", "inutilisable", "à vérifier",
    ]  # fmt: skip
    assert rows[3][5] == "Ce nom de domaine ne reçoit pas de courrier"


def test_a_list_without_titles_is_read_from_its_first_row(tmp_path: Path) -> None:
    _, rows = checked(tmp_path, "lea@example.org;Lyon\nmax@example.org;Nîmes\n")

    assert [row[2] for row in rows] == ["bonne", "bonne"]


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("nom;ville\nA;B\nC;D\n", (), "--column"),
        ("", (), "vide"),
        (LIST, ("--column", "Courriel"), "Courriel"),
        (LIST, ("--dns", "zone:/nulle/part"), "/nulle/part"),
        (LIST, ("--dns", "192.0.2.1:abc"), "--dns"),
    ],
)
def test_what_cannot_be_done_says_why(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    options: tuple[str, ...],
    said: str,
) -> None:
    code, rows = checked(tmp_path, text, *options)

    assert (code, rows) == (1, [])
    assert said in capsys.readouterr().err


def test_the_list_itself_is_never_written_over(tmp_path: Path) -> None:
    source = tmp_path / "liste.csv"
    source.write_text(LIST, encoding="utf-8")

    assert main(["check_addresses", str(source), "--out", str(source)]) == 1
    assert source.read_text(encoding="utf-8") == LIST
