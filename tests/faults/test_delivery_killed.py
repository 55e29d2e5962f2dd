"""A delivery killed while its files are written shows nothing, and the next run gives the same."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.offers.list_rental.delivery_files.preparing import prepare_delivery_files
from marketingconnect.offers.list_rental.delivery_files.register import seal_delivery
from marketingconnect.offers.list_rental.delivery_files.spec import Prepared
from marketingconnect.offers.list_rental.models import DeliveryTrace, TrapVariant
from tests.databases import database_url
from tests.offers.list_rental.delivery_files.made import (
    NOW,
    consumers,
    in_batches,
    spec,
    trap_people,
)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROWS = 5_000
KILLS = 3
_RUN = """
import sys
import django
django.setup()
from tests.faults.test_delivery_killed import prepare
sys.stdout.write("begun\\n"); sys.stdout.flush()
prepare()
"""


def prepare() -> Prepared:
    return prepare_delivery_files(spec(), in_batches(consumers(ROWS)), now=NOW)


def test_a_delivery_killed_while_it_is_written_shows_nothing_and_is_done_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("MARKETINGCONNECT_FILES", str(settings.FILES_ROOT))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    trap_people()
    draw = random.Random(11)

    kept = [_run_and_kill(settings.FILES_ROOT, files=draw.randrange(0, 6)) for _ in range(KILLS)]

    assert any(kept)
    assert not DeliveryTrace.objects.filter(prepared_at__isnull=False).exists()
    first, second = prepare(), prepare()
    assert [file.stored.sha256 for file in first.files] == [f.stored.sha256 for f in second.files]
    seal_delivery(second, now=NOW)
    assert (second.quantity, second.traps) == (ROWS, TrapVariant.objects.count())
    whole = {stored.path for stored in (second.keys, second.fingerprint)}
    whole |= {file.stored.path for file in second.files}
    assert {str(path.relative_to(settings.FILES_ROOT)) for path in _files(settings.FILES_ROOT)} == (
        whole
    )


def _run_and_kill(folder: Path, *, files: int) -> int:
    """Prepare in a process, kill -9 it once it has begun more than `files` files; what it left."""
    before = set(_files(folder))
    with subprocess.Popen(
        [sys.executable, "-c", _RUN],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).resolve().parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        deadline = time.monotonic() + 60
        while process.poll() is None and len(set(_files(folder)) - before) <= files:
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGKILL)
        process.wait()
    return len(set(_files(folder)) - before)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
