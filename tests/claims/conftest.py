from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast
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
