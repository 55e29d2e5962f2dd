"""What the tests of invoices share."""

import pytest

from bench.schematrons import Schematrons, compiled


@pytest.fixture(scope="session")
def schematrons() -> Schematrons:
    return compiled()
