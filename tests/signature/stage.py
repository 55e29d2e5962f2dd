"""The keys of an authority, made once, for whoever signs in a test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.signature.providers.built_in import BuiltInProvider
from tests.signature.making import NOON, PASSPHRASE, authority


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> BuiltInProvider:
    made = authority(tmp_path_factory.mktemp("keys"))
    made.trust(at=NOON)
    return made


@pytest.fixture
def signing(signing_keys: BuiltInProvider, settings: Settings, tmp_path: Path) -> Path:
    """Documents can be signed; gives the folder where text messages are caught."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.TEXTS_DIR = tmp_path / "texts"
    settings.AUTHORITY_DIR = signing_keys.folder
    settings.AUTHORITY_PASSPHRASE = PASSPHRASE
    return tmp_path / "texts"
