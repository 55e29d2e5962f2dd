from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.signature.providers.built_in import BuiltInProvider
from tests.sale import Shop
from tests.signature.desk import Desk
from tests.signature.making import ALICE, NOON, PASSPHRASE, authority, order_form


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> BuiltInProvider:
    made = authority(tmp_path_factory.mktemp("keys"))
    made.trust(at=NOON)
    return made


@pytest.fixture(scope="session")
def signed(provider: BuiltInProvider) -> bytes:
    return provider.sign(order_form(), ALICE, reason="Lu et approuvé", at=NOON).content


@pytest.fixture
def desk(shop: Shop, provider: BuiltInProvider, settings: Settings, tmp_path: Path) -> Desk:
    """An order of the bakery, and Alice who may sign what comes with it."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.TEXTS_DIR = tmp_path / "texts"
    settings.AUTHORITY_DIR = provider.folder
    settings.AUTHORITY_PASSPHRASE = PASSPHRASE
    return Desk(shop.order(method="transfer"), shop.cast, tmp_path, settings)
