import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.offers.list_rental.delivery_files.made import consumers, trap_people
from tests.offers.list_rental.delivery_files.tracing.leaks import delivered, table_of, written

pytestmark = pytest.mark.django_db


def test_the_command_prints_a_report_then_json(tmp_path: Path) -> None:
    trap_people()
    path = written(table_of(delivered(1, consumers(400))), tmp_path / "trouve.csv")
    output = StringIO()

    call_command("trace_leak", str(path), stdout=output)

    *report, last = output.getvalue().splitlines()
    assert "Ce fichier provient de la livraison LC-000001-1, Boulangerie Nadia." in report
    assert json.loads(last)["named"] == [1]


def test_a_file_that_is_no_list_is_refused_in_french(tmp_path: Path) -> None:
    path = tmp_path / "vide.csv"
    path.write_bytes(b"")

    with pytest.raises(CommandError, match="vide"):
        call_command("trace_leak", str(path))
    with pytest.raises(CommandError, match="introuvable"):
        call_command("trace_leak", str(tmp_path / "rien.csv"))
