"""What every test may rely on."""

import os
import shutil
from collections.abc import Collection, Generator

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.browser",
    "tests.cast",
    "tests.journal",
    "tests.sale",
    "tests.payments.line_to_the_bank",
    "tests.signature.stage",
    "tests.targeting.clickhouse.stage",
    "tests.targeting.stage",
    "tests.web.scene",
]

# A busy machine is slow, not wrong: no property fails for the time it took.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """What shares a running thing goes to one worker: the platform, the browser, a file's kills.

    Two journeys at once would only fight for the processor and blur what they measure. Named
    before every other hook, because xdist reads the groups in its own; put in order after them.
    """
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))
    yield
    emptying = {_shared(item) for item in items if _empties_the_tables(item)}
    items.sort(key=lambda item: _turn(item, emptying))


def _turn(item: pytest.Item, emptying: set[str]) -> int:
    """Platform, the rest, the browser, then what empties the tables of its worker at its end.

    The platform has a database of its own, and its journeys are the longest: nobody waits for
    them at the end. What a migration wrote is gone once the tables were emptied, so what does
    that comes last, with its whole group; tests alone after the groups, which are long: no worker
    is left with one while the others have nothing to do.
    """
    if _group(item) == "platform":
        return 0
    if _shared(item) not in emptying:
        return 1
    if _group(item).startswith("browser"):
        return 2
    return 3 if item.get_closest_marker("xdist_group") else 4


def _shared(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    return str(marker.args[0]) if marker else item.nodeid


def _empties_the_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = bool(marker and marker.kwargs.get("transaction"))
    return asked or not {"transactional_db", "live_server"}.isdisjoint(_fixtures(item))


def _group(item: pytest.Item) -> str:
    if "platform" in _fixtures(item):
        return "platform"
    if item.get_closest_marker("browser"):
        # As long as all the others together: two workers have a browser each.
        return f"browser{'-pages' if item.path.name == 'test_pages_in_a_browser.py' else ''}"
    return f"faults-{item.path}" if item.get_closest_marker("faults") else ""


def _fixtures(item: pytest.Item) -> Collection[str]:
    return getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Path of the Chromium to drive; None lets Playwright use its own."""
    return os.environ.get("MARKETINGCONNECT_CHROMIUM") or shutil.which("chromium")
