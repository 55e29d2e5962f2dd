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
    "tests.signature.stage",
    "tests.targeting.clickhouse.stage",
    "tests.targeting.stage",
    "tests.web.scene",
]

# A busy machine is slow, not wrong: no property fails for the time it took.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


_FIRST = ("platform", "browser")
"""The longest groups start first, so that the run does not end by waiting for one of them."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shares a running thing goes to one worker: the platform, the browser, a file's kills.

    Two journeys at once would only fight for the processor and blur what they measure. First of
    all hooks: xdist reads the groups in its own.
    """
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: _FIRST.index(_group(item)) if _group(item) in _FIRST else 2)


def _group(item: pytest.Item) -> str:
    if "platform" in getattr(item, "fixturenames", ()):
        return "platform"
    if item.get_closest_marker("browser"):
        return "browser"
    return f"faults-{item.path}" if item.get_closest_marker("faults") else ""


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Path of the Chromium to drive; None lets Playwright use its own."""
    return os.environ.get("MARKETINGCONNECT_CHROMIUM") or shutil.which("chromium")
