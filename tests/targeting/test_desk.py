"""The counting process: real processes on a real socket."""

import json
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.base.models import Release
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.criteria import Exclusions, InvalidCriteriaError, ValueIn
from marketingconnect.targeting.desk import (
    Answer,
    DeskError,
    NoReleaseError,
    Question,
    ask,
    office,
    remote,
)
from tests.databases import database_url
from tests.targeting.stage import ON_ONE_WORKER, TODAY, Base, asking

pytestmark = [ON_ONE_WORKER, pytest.mark.django_db(transaction=True)]
SECONDS = 60
_RUN = "from marketingconnect.cli import main; main(['counter', '--processes', '2'])"


def question(**fields: object) -> Question:
    values: dict[str, object] = {"criteria": asking(), "company_id": None, "on": TODAY}
    return Question(**{**values, **fields})  # type: ignore[arg-type]


@pytest.fixture
def counter(base: Base, tmp_path: Path, settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`marketingconnect counter` over the test's database, two children, ready to answer."""
    path = tmp_path / "counter.sock"
    settings.COUNTER_SOCKET = str(path)
    with (
        (tmp_path / "said.txt").open("wb") as said,
        subprocess.Popen(
            [sys.executable, "-c", _RUN],
            env=os.environ
            | {
                "DATABASE_URL": database_url(),
                "MARKETINGCONNECT_BASE": str(base.root),
                "MARKETINGCONNECT_COUNTER_SOCKET": str(path),
                "DJANGO_SETTINGS_MODULE": "tests.settings",
            },
            stderr=said,
            cwd=Path(__file__).resolve().parents[2],
        ) as process,
    ):
        until = time.monotonic() + SECONDS
        while not path.is_socket() or remote.answer(str(path), question()) is None:
            assert process.poll() is None, (tmp_path / "said.txt").read_text()
            assert time.monotonic() < until
            os.sched_yield()
        yield process
        process.terminate()


def both_children(counter: subprocess.Popen[bytes]) -> list[str]:
    """The first may answer before the second is born."""
    listed = Path(f"/proc/{counter.pid}/task/{counter.pid}/children")
    until = time.monotonic() + SECONDS
    while len(children := listed.read_text().split()) < 2:
        assert time.monotonic() < until
        os.sched_yield()
    return children


def test_the_process_answers_as_this_one_does(
    counter: subprocess.Popen[bytes], base: Base, settings: Settings
) -> None:
    asked = question(by=("departement", "sex"), households=True, steps=True)
    there = ask(asked)
    here = office().answer(asked)

    assert replace(there, ms=0) == replace(here, ms=0)
    assert there.count > 1000
    mode = Path(settings.COUNTER_SOCKET).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def comparison_refusals_cross_the_socket_in_words(counter: subprocess.Popen[bytes]) -> None:
    with pytest.raises(InvalidCriteriaError, match="n’existe pas") as refused:
        ask(question(criteria=replace(asking(), exclude=Exclusions(file=99))))
    assert refused.value.path == "exclude.file"

    with pytest.raises(InvalidCriteriaError) as refused:
        ask(question(by=("naf",)))
    assert refused.value.path == "by"


def test_many_at_once_are_all_answered(counter: subprocess.Popen[bytes]) -> None:
    places = [ValueIn("departement", (code,)) for code in ("2A", "48", "69", "974")]
    asked = [question(criteria=asking(places[n % 4])) for n in range(120)]

    with ThreadPoolExecutor(40) as pool:
        counts = [answer.count for answer in pool.map(ask, asked)]

    assert counts[:4] * 30 == counts
    assert sum(counts[:4]) == ask(question()).count


def test_what_is_no_question_is_refused_and_the_next_is_answered(
    counter: subprocess.Popen[bytes], settings: Settings
) -> None:
    for content in (b"{}", b"nothing", json.dumps({"criteria": 3}).encode(), b"[" * 50_000):
        with socket.socket(socket.AF_UNIX) as connection_to:
            connection_to.connect(settings.COUNTER_SOCKET)
            connection_to.sendall(struct.pack(">I", len(content)) + content)
            connection_to.settimeout(SECONDS)
            connection_to.recv(100)
    with socket.socket(socket.AF_UNIX) as connection_to:
        connection_to.connect(settings.COUNTER_SOCKET)
        connection_to.sendall(struct.pack(">I", 2**31))

    assert ask(question()).count > 1000


def test_a_child_that_is_killed_is_replaced(counter: subprocess.Popen[bytes]) -> None:
    for child in both_children(counter):
        os.kill(int(child), signal.SIGKILL)

    assert ask(question()).count > 1000


def test_a_release_published_meanwhile_is_counted_at_once(
    counter: subprocess.Popen[bytes], base: Base
) -> None:
    before = ask(question())
    Release.objects.filter(population=Population.CONSUMERS).delete()

    with pytest.raises(DeskError, match="pas encore chargée"):
        ask(question())
    assert before.count > 1000


def test_without_the_process_this_one_counts(base: Base, settings: Settings) -> None:
    settings.COUNTER_SOCKET = "/nowhere/counter.sock"

    assert ask(question()).count > 1000


def test_an_answer_crosses_the_socket_whole(base: Base) -> None:
    answer = office().answer(
        question(by=("sex",), households=True, steps=True, but_not=asking(ValueIn("sex", (1,))))
    )

    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer
    assert answer.difference is not None
    assert answer.difference[1] == 0


def test_no_release_is_said(db: None) -> None:
    office.cache_clear()

    with pytest.raises(NoReleaseError):
        ask(question())
