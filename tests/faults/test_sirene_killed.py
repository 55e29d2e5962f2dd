"""An import of the register killed at each step: the base in use stays, the end is whole."""

import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
from pytest_django import Settings

from marketingconnect.audit.actors import Actor
from marketingconnect.base.engine import parquet
from marketingconnect.base.models import Release, SireneVintage
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.folders import population_folder
from marketingconnect.base.schema import parts_of
from marketingconnect.base.services.releases import verify_release
from marketingconnect.base.sirene.services import StockDelivery, import_sirene
from marketingconnect.base.sirene.synthetic.making import MadeStock, StockOrder, make_stock
from marketingconnect.base.vocabulary import Population
from marketingconnect.terms.services import ensure_terms_published
from tests.base.sirene.conftest import NOON
from tests.databases import database_url

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
_RUN = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
import django
django.setup()
from marketingconnect.audit.actors import Actor
from marketingconnect.base.sirene.services import StockDelivery, import_sirene
def say(line):
    sys.stdout.write(line + "\\n"); sys.stdout.flush()
day = date(2026, 11, 25)
import_sirene(
    StockDelivery(Path(sys.argv[1]), Path(sys.argv[2]), date(2026, 10, 31), date(2026, 11, 2), day),
    actor=Actor.system("essais"), now=lambda: datetime(2026, 11, 25, 12, tzinfo=UTC), say=say,
    piece_size=1 << 20,
)
"""
STEPS = [
    (r"établissements : \d", 1),
    (r"établissements : \d", 3),
    (r"unités légales : empreinte", 1),
    (r"rapprochement : 1", 1),
    (r"tri et écriture", 1),
    (r"contrôle", 1),
    (r"scellement", 1),
    (r"publication", 1),
]
"""What the import says of its steps, and at which time of saying it is killed."""


def test_an_import_killed_at_each_step_publishes_nothing_by_half(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BASE_ROOT = tmp_path / "base"
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("MARKETINGCONNECT_BASE", str(settings.BASE_ROOT))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    ensure_terms_published(NOON)
    before = _load(make_stock(StockOrder(rows=200, seed=9), tmp_path / "before"))
    stock = make_stock(StockOrder(rows=25_000, seed=4), tmp_path / "stock")

    assert all(_run_and_kill(stock, step) for step in STEPS[:-1])
    assert _published() == before
    assert _run_and_kill(stock, STEPS[-1])
    # The blow follows the word by a moment, in which all of it may just have been published.
    if (told := _published()) != before:
        verify_release(told)
    _run_and_kill(stock, None)
    after = published_release(Population.PROFESSIONALS)
    assert after is not None
    verify_release(after.name)
    with duckdb.connect() as connection:
        counted = f"SELECT count(*), count(DISTINCT siret) FROM {parquet(parts_of(after.path))}"
        assert connection.execute(counted).fetchone() == (stock.truth.usable, stock.truth.usable)
    assert SireneVintage.objects.get(vintage=date(2026, 10, 31)).release_id == after.id
    assert not Release.objects.filter(state="building").exists()
    folders = {path.name for path in population_folder(Population.PROFESSIONALS).iterdir()}
    assert folders == {before, told, after.name, ".lock"}
    assert not (settings.BASE_ROOT / "sirene").exists()


def _published() -> str:
    current = published_release(Population.PROFESSIONALS)
    assert current is not None
    return current.name


def _load(stock: MadeStock) -> str:
    delivery = StockDelivery(
        stock.establishments,
        stock.units,
        vintage=date(2026, 9, 30),
        delivered_on=date(2026, 11, 1),
        as_of=date(2026, 11, 1),
    )
    return import_sirene(delivery, actor=Actor.system("essais"), now=lambda: NOON).release


def _run_and_kill(stock: MadeStock, step: tuple[str, int] | None) -> bool:
    """Run the import in a process, and kill -9 it at that step; whether it was."""
    pattern, times = step or (r"$.", 1)
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, str(stock.establishments), str(stock.units)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            times -= re.match(pattern, line) is not None
            if times == 0:
                process.send_signal(signal.SIGKILL)
                process.wait()
                return True
        assert process.wait() == 0
    return False
