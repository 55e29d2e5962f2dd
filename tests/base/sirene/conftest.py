"""False stocks, made once a session, and a base of its own for each test."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from marketingconnect.audit.actors import Actor
from marketingconnect.base.sirene.services import ImportReport, StockDelivery, import_sirene
from marketingconnect.base.sirene.synthetic.making import MadeStock, StockOrder, make_stock
from marketingconnect.terms.services import ensure_terms_published

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
VINTAGE = date(2026, 10, 31)
DELIVERED = date(2026, 11, 2)
KEEPER = Actor.system("essais")
Loaded = Callable[..., ImportReport]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeStock:
    """4,000 establishments in the layout of 54 columns, in zips."""
    return make_stock(StockOrder(rows=4_000, seed=3), tmp_path_factory.mktemp("stock"))


@pytest.fixture
def base_root(settings: Settings, tmp_path: Path) -> Path:
    root = tmp_path / "base"
    settings.BASE_ROOT = root
    return root


@pytest.fixture
def load(base_root: Path, db: None) -> Loaded:
    """Load a pair of files as of noon, with what a test wants different."""
    ensure_terms_published(NOON)

    def loaded(stock: MadeStock, **options: Any) -> ImportReport:
        told = {"vintage": VINTAGE, "delivered_on": DELIVERED, "as_of": NOON.date(), **options}
        delivery = StockDelivery(stock.establishments, stock.units, **told)
        return import_sirene(delivery, actor=KEEPER, now=lambda: NOON)

    return loaded


def truth_told(folder: Path) -> dict[str, int]:
    """What `truth.json` says."""
    told: dict[str, int] = json.loads((folder / "truth.json").read_text())
    return told
