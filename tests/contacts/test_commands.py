"""The import from the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from marketingconnect.contacts.samples import write_messy_file
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_command_prints_one_line_of_json_and_writes_the_refusals(
    cast: Cast, tmp_path: Path
) -> None:
    path, report, out = tmp_path / "messy.csv", tmp_path / "refused.csv", StringIO()
    expected = write_messy_file(path, rows=300)

    with pytest.raises(SystemExit) as end:
        call_command(
            "import_contacts",
            str(path),
            client=cast.bakery.reference,
            report=report,
            stdout=out,
        )

    assert end.value.code == 0
    (line,) = out.getvalue().splitlines()
    figures = json.loads(line)
    assert figures["rows"] == expected.rows
    assert figures["accepted"] == expected.accepted
    assert figures["refused"] == dict(expected.refused)
    assert figures["duplicates"] == expected.duplicates
    lines = report.read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + sum(expected.refused.values())


@pytest.mark.parametrize(
    ("name", "client", "said"),
    [
        ("there.csv", "C-NOBODY", "Aucun client"),
        ("missing.csv", "", "missing.csv"),
        ("there.csv", "", "adresses e-mail"),
    ],
)
def test_the_command_says_what_is_wrong(
    cast: Cast, tmp_path: Path, name: str, client: str, said: str
) -> None:
    (tmp_path / "there.csv").write_text("nom;ville\nAnne;Brest\n")

    with pytest.raises(CommandError, match=said):
        call_command(
            "import_contacts", str(tmp_path / name), client=client or cast.bakery.reference
        )
