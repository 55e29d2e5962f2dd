from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.signature.providers.built_in import BuiltInProvider
from tests.sale import Shop
from tests.signature.desk import Desk
from tests.signature.making import ALICE, NOON, order_form


@pytest.fixture(scope="session")
def provider(signing_keys: BuiltInProvider) -> BuiltInProvider:
    return signing_keys


@pytest.fixture(scope="session")
def signed(provider: BuiltInProvider) -> bytes:
    return provider.sign(order_form(), ALICE, reason="Lu et approuvé", at=NOON).content


@pytest.fixture
def desk(shop: Shop, signing: Path, settings: Settings, tmp_path: Path) -> Desk:
    """An order of the bakery, and Alice who may sign what comes with it."""
    return Desk(shop.order(method="transfer"), shop.cast, tmp_path, settings)
