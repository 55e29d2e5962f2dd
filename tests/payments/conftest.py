"""The bank of the tests of payments."""

import pytest

from marketingconnect.payments.gateways import BUILDERS
from tests.payments.line_to_the_bank import LineToTheBank


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> LineToTheBank:
    """Speaks in place of the sandbox bank, under its name."""
    line = LineToTheBank()
    monkeypatch.setitem(BUILDERS, line.name, lambda: line)
    return line
