"""The commands: JSON for programs, words for people."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from marketingconnect.audit.models import JournalEntry
from tests.targeting.stage import ON_ONE_WORKER, Base, asking

pytestmark = ON_ONE_WORKER


@pytest.fixture
def criteria(tmp_path: Path) -> str:
    path = tmp_path / "criteres.json"
    path.write_text(json.dumps(asking().to_json()), "utf-8")
    return str(path)


def run(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_count_prints_the_exact_count_in_json(base: Base, criteria: str) -> None:
    told = json.loads(run("count", "--criteria", criteria, "--by", "departement"))

    assert set(told) == {"count", "by", "release", "ms"}
    assert sum(told["by"].values()) == told["count"] > 1000
    assert told["release"] == base.consumers.name


def test_count_reads_what_comes_in(
    base: Base, criteria: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = io.TextIOWrapper(io.BytesIO(Path(criteria).read_bytes()))
    monkeypatch.setattr("sys.stdin", text)

    assert json.loads(run("count", "--criteria", "-"))["count"] > 1000


def test_count_says_where_criteria_are_wrong(base: Base, tmp_path: Path) -> None:
    wrong = tmp_path / "faux.json"
    wrong.write_text(json.dumps(asking().to_json() | {"channel": "fax"}))

    with pytest.raises(CommandError, match="channel : Choisissez"):
        run("count", "--criteria", str(wrong))
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        run("count", "--criteria", str(tmp_path / "rien.json"))


def test_check_counts_finds_no_difference(base: Base) -> None:
    told = json.loads(run("check_counts", "--trees", "20", "--seed", "4").splitlines()[-1])

    assert told["trees"] == 20
    assert told["differences"] == 0


def test_extract_writes_and_journals(base: Base, criteria: str, tmp_path: Path) -> None:
    target = tmp_path / "extrait.csv"

    said = run("extract", "--criteria", criteria, "--limit", "30", "--out", str(target))

    assert "30 lignes" in said
    assert len(target.read_text("utf-8-sig").splitlines()) == 31
    entry = JournalEntry.objects.get(action="targeting.extracted")
    assert entry.after
    assert entry.after["rows"] == 30
    with pytest.raises(CommandError, match="existe déjà"):
        run("extract", "--criteria", criteria, "--limit", "30", "--out", str(target))


def test_the_counting_process_must_be_told_where_to_listen(base: Base) -> None:
    with pytest.raises(CommandError, match="--socket"):
        run("counter", "--socket", "")
