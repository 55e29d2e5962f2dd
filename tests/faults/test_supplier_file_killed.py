"""An import of consumers killed at any moment goes on from there, and counts each row once."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.base.models import SupplierLoad
from marketingconnect.base.queries import published_release
from marketingconnect.base.services.consumers import is_release_current
from marketingconnect.base.vocabulary import Population
from marketingconnect.terms.services import ensure_terms_published
from tests.base.consumers.files import known_supplier, load, people, publish, written
from tests.base.made import NOON
from tests.databases import database_url

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROWS = 12_000
_RUN = """
import sys
import django
django.setup()
from pathlib import Path
from marketingconnect.base.models import Supplier
from marketingconnect.base.services.consumers import rebuild_consumers
from marketingconnect.base.services.loads import Delivery, load_file
from tests.base.made import AS_OF, KEEPER, noon
def say(line):
    sys.stdout.write(line + "\\n"); sys.stdout.flush()
supplier = Supplier.objects.get(name="Foyers & Cie")
load_file(Delivery(Path(sys.argv[1]), supplier, AS_OF), actor=KEEPER, now=noon, say=say, block=2000)
rebuild_consumers(as_of=AS_OF, actor=KEEPER, now=noon, say=say)
"""


def test_an_import_killed_at_random_moments_ends_with_the_exact_people(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BASE_ROOT = tmp_path / "base"
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("MARKETINGCONNECT_BASE", str(settings.BASE_ROOT))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    ensure_terms_published(NOON)
    supplier = known_supplier()
    load(written(tmp_path / "first.csv", [{"nom": "Premier"}]), supplier)
    publish()
    rows = [{"nom": f"Essai {n}", "email": f"e{n}@example.org", "mobile": ""} for n in range(ROWS)]
    path = written(tmp_path / "f.csv", rows)
    draw = random.Random(7)

    for stop in ("lecture", "4000 lignes", "8000 lignes", "rapprochement", "publication"):
        with subprocess.Popen(
            [sys.executable, "-c", _RUN, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
            env=dict(os.environ),
        ) as process:
            assert process.stdout is not None
            next((line for line in process.stdout if line.startswith(stop)), "")
            with suppress(subprocess.TimeoutExpired):
                process.wait(draw.random() * 0.3)
            process.send_signal(signal.SIGKILL)
        ref = published_release(Population.CONSUMERS)
        assert ref is not None
        assert ref.rows in {1, ROWS + 1}

    found = load(path, supplier, block=2000)
    publish()
    assert (found.rows_read, found.kept, found.refused) == (ROWS, ROWS, {})
    assert len(people("1")) == ROWS + 1
    assert is_release_current()
    assert SupplierLoad.objects.count() == 2
