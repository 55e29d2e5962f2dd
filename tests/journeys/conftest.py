"""The whole platform, as `script/demo` runs it, for the journeys of this folder."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from marketingconnect.demo.supervisor.layout import on_free_ports
from marketingconnect.demo.supervisor.platform import TICK, Platform

DEMO_ROWS = "30000"
"""Of invented people, and of businesses: a base that is made in seconds."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Its own folder, ports and database; watched, and stopped after the last journey."""
    with _without_the_tests_settings():
        running = Platform(on_free_ports(tmp_path_factory.mktemp("platform")), database_url="")
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(TICK):
                running.watch()

        watcher = threading.Thread(target=watch, daemon=True)
        try:
            running.start()
            watcher.start()
            yield running
        finally:
            ended.set()
            if watcher.is_alive():
                watcher.join()
            running.stop()


@contextmanager
def _without_the_tests_settings() -> Iterator[None]:
    """The platform's processes are the product's own: its settings, its embedded database."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
            environment.delenv(name, raising=False)
        environment.setenv("MARKETINGCONNECT_DEMO_ROWS", DEMO_ROWS)
        yield


@pytest.fixture
def browser(chromium: str | None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def pictures() -> Path:
    """Where the journeys leave what they saw, for people to look at."""
    return Path(__file__).resolve().parents[2] / "test-results" / "journeys"
