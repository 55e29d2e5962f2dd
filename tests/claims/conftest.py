from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.claims.services import settle_rental
from marketingconnect.config.wiring import wire
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast
from tests.claims.making import ROWS
from tests.offers.list_rental.delivery_files.made import NOW, trap_people
from tests.offers.list_rental.factories import CLIENT, Renter


@pytest.fixture
def renter(cast: Cast, settings: Settings, tmp_path: Path) -> Renter:
    """An open shop, and a company that rents from it."""
    settings.FILES_ROOT = tmp_path / "files"
    ensure_terms_published(NOW)
    publish_demo_price_list(actor=CLIENT, now=NOW)
    publish_demo_operator(actor=CLIENT, now=NOW)
    wire()
    trap_people()
    return Renter.of(cast)


@pytest.fixture
def delivery(renter: Renter) -> Delivery:
    """190 addresses for 200 ordered ten times over, settled: 2 100,00 € a thousand."""
    made = renter.deliver(rows=ROWS, counted=200, times=10)
    settle_rental(made.rental_id, now=NOW)
    return made
