"""What every test may rely on."""

import os
import shutil

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.browser",
    "tests.cast",
    "tests.journal",
    "tests.sale",
    "tests.targeting.clickhouse.stage",
    "tests.targeting.stage",
    "tests.web.scene",
]

# A busy machine is slow, not wrong: no property fails for the time it took.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser journeys run one after the other, and so do the kills of one file.

    Two journeys at once would only fight for the processor and blur what they measure.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif item.get_closest_marker("faults"):
            item.add_marker(pytest.mark.xdist_group(f"faults-{item.path}"))


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Path of the Chromium to drive; None lets Playwright use its own."""
    return os.environ.get("MARKETINGCONNECT_CHROMIUM") or shutil.which("chromium")
