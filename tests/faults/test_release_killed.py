"""A release killed at any moment, or stopped by a full disk, leaves the one before in use."""

import os
import random
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.base.models import Release
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.folders import population_folder
from marketingconnect.base.services.releases import build_release, verify_release
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Population
from tests.base.made import AS_OF, KEEPER, consumers, noon, note
from tests.databases import database_url

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROWS = 60_000
KILLS = 6
_RUN = """
import sys
import django
django.setup()
from pathlib import Path
from marketingconnect.base.errors import BaseError
from marketingconnect.base.services.releases import build_release
from tests.base.made import AS_OF, KEEPER, consumers, noon, note
contents = consumers(Path(sys.argv[1]), int(sys.argv[2]))
def say(line):
    sys.stdout.write(line + "\\n"); sys.stdout.flush()
say("begun")
try:
    build_release(contents, sources=[note()], as_of=AS_OF, actor=KEEPER, now=noon, say=say,
                  rows_at_once=10_000)
except BaseError as error:
    say(f"refused: {error}")
"""


@pytest.fixture(autouse=True)
def elsewhere(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BASE_ROOT = tmp_path / "base"
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("MARKETINGCONNECT_BASE", str(settings.BASE_ROOT))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")


def builder(tmp_path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, str(tmp_path / "source"), str(ROWS)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )


def test_a_build_killed_at_random_moments_publishes_nothing_and_the_next_one_completes(
    tmp_path: Path,
) -> None:
    build_release(
        consumers(tmp_path / "first", 600),
        sources=[note()],
        as_of=AS_OF,
        actor=KEEPER,
        now=noon,
    )
    draw = random.Random(11)

    for kill in range(KILLS):
        with builder(tmp_path) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith(("begun", "scellement", "publication")[kill % 3]):
                    break
            with suppress(subprocess.TimeoutExpired):
                process.wait(draw.random() * 0.2)
            process.send_signal(signal.SIGKILL)
        in_use = published_release(Population.CONSUMERS)
        assert in_use is not None
        verify_release(in_use.name)
        assert in_use.rows in {600, ROWS}

    last = build_release(
        consumers(tmp_path / "source", ROWS),
        sources=[note()],
        as_of=AS_OF,
        actor=KEEPER,
        now=noon,
    )
    assert published_release(Population.CONSUMERS) == last
    assert not Release.objects.filter(state=ReleaseState.BUILDING).exists()
    kept = Release.objects.filter(state__in=["published", "superseded"])
    assert all(verify_release(release.name).rows == release.rows for release in kept)
    folders = {path.name for path in population_folder(Population.CONSUMERS).iterdir()}
    assert folders - {".lock"} == set(kept.values_list("name", flat=True))


def test_a_full_disk_is_said_and_changes_nothing(tmp_path: Path) -> None:
    first = build_release(
        consumers(tmp_path / "first", 600),
        sources=[note()],
        as_of=AS_OF,
        actor=KEEPER,
        now=noon,
    )
    small = (100_000, 100_000)

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, small)

    consumers(tmp_path / "source", ROWS)
    run = _RUN.replace("consumers(Path(sys.argv[1]), int(sys.argv[2]))", "made(sys.argv[1])")
    made = (
        "from marketingconnect.base.releases.contents import Contents\n"
        "from marketingconnect.base.vocabulary import Population\n"
        "def made(folder):\n"
        "    read = 'SELECT * FROM read_parquet(\\'' + folder\n"
        "    return Contents(Population.CONSUMERS, read + '/rows.parquet\\')',"
        " read + '/proofs.parquet\\')')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", made + run, str(tmp_path / "source")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        env=dict(os.environ),
        preexec_fn=no_room,
        check=False,
    )

    assert "plus de place" in told.stdout, told.stdout + told.stderr
    assert published_release(Population.CONSUMERS) == first
    assert Release.objects.get(state=ReleaseState.FAILED).failure
