"""The commands: make a stock, load it, refuse one in French."""

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bench.base import PARTS, Figures, measure
from marketingconnect.base.models import SireneVintage
from marketingconnect.clock import today
from marketingconnect.terms.services import ensure_terms_published
from tests.base.sirene.conftest import NOON


def last_line(out: StringIO) -> dict[str, object]:
    told: dict[str, object] = json.loads(out.getvalue().splitlines()[-1])
    return told


def test_a_stock_is_made_then_loaded_from_the_command_line(
    db: None, base_root: Path, tmp_path: Path
) -> None:
    ensure_terms_published(NOON)
    made, loaded = StringIO(), StringIO()

    call_command("make_sirene", rows=120, seed=4, out=tmp_path, form="zip", stdout=made)
    call_command(
        "import_sirene",
        etablissements=tmp_path / "StockEtablissement_utf8.zip",
        unites_legales=tmp_path / "StockUniteLegale_utf8.zip",
        stdout=loaded,
    )

    assert last_line(loaded)["rows"] == last_line(made)["usable"]
    vintage = SireneVintage.objects.get()
    assert vintage.delivered_on == today()
    assert (vintage.vintage.month, vintage.vintage.day > 27) == ((today().month - 2) % 12 + 1, True)


def test_a_refusal_is_one_sentence_that_names_the_file(
    db: None, base_root: Path, tmp_path: Path
) -> None:
    ensure_terms_published(NOON)
    other = tmp_path / "autre.csv"
    other.write_text("a;b\n1;2\n")

    with pytest.raises(CommandError, match=r"« autre\.csv », ligne 1 : les colonnes sont séparées"):
        call_command("import_sirene", etablissements=other, unites_legales=other)
    with pytest.raises(CommandError, match="au moins 1"):
        call_command("make_sirene", rows=0, out=tmp_path)


def test_the_parts_of_the_measure_say_what_they_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PARTS, "slow", __name__ + "_part")
    said: list[str] = []
    module = type("Part", (), {"measure": staticmethod(_slow)})
    monkeypatch.setitem(sys.modules, __name__ + "_part", module)

    assert not measure(parts=["slow"], rows=10, rounds=1, say=said.append)
    assert said[0] == "slow : objectif manqué, trop lent"
    assert json.loads(said[-1])["slow"] == {"rate": 1, "met": False}


def _slow(**_: object) -> Figures:
    return Figures({"rate": 1}, met=False, missed=["trop lent"])
