"""An import killed at any moment, several times, ends with the exact totals."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.contacts.models import Contact, ContactFile, RefusedRow
from marketingconnect.contacts.samples import write_messy_file
from marketingconnect.contacts.services.importing import import_records
from tests.cast import Cast
from tests.contacts.test_importing import started
from tests.databases import database_url

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROWS = 6_000
KILLS = 4
_RUN = """
import sys
import django
django.setup()
from marketingconnect.contacts.services.importing import import_records
sys.stdout.write("begun\\n"); sys.stdout.flush()
import_records(int(sys.argv[1]), chunk_records=150)
"""


def test_an_import_killed_at_random_moments_loses_and_doubles_nothing(
    cast: Cast, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("MARKETINGCONNECT_FILES", str(settings.FILES_ROOT))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    path = tmp_path / "messy.csv"
    expected = write_messy_file(path, rows=ROWS)
    file = started(cast, path.read_bytes())
    draw = random.Random(5)

    stops = [_run_and_kill(file, draw.randrange(1, 10) * 150 * (n + 1)) for n in range(KILLS)]
    assert any(0 < cursor < ROWS for cursor in stops)
    assert import_records(file.pk)

    file.refresh_from_db()
    assert (file.rows_read, file.accepted, file.duplicates, file.blank_rows) == (
        expected.rows,
        expected.accepted,
        expected.duplicates,
        expected.blank,
    )
    assert file.refused == dict(expected.refused)
    kept = dict(Contact.objects.filter(file=file).values_list("email", "fields"))
    assert kept == expected.addresses
    assert RefusedRow.objects.filter(file=file).count() == sum(expected.refused.values())


def _run_and_kill(file: ContactFile, beyond: int) -> int:
    """Run the import in a process and kill -9 it as soon as it has gone that far; how far."""
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, str(file.pk)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).resolve().parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        deadline = time.monotonic() + 20
        while process.poll() is None and _cursor(file) < beyond:
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGKILL)
        process.wait()
    return _cursor(file)


def _cursor(file: ContactFile) -> int:
    return ContactFile.objects.values_list("cursor", flat=True).get(pk=file.pk)
