"""Every test of suppliers' files has a base of its own and the law that ships."""

from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.terms.services import ensure_terms_published
from tests.base.made import NOON


@pytest.fixture
def base(settings: Settings, tmp_path: Path, db: None) -> Path:
    settings.BASE_ROOT = tmp_path / "base"
    ensure_terms_published(NOON)
    return tmp_path
