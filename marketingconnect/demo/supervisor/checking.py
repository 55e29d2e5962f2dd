"""``script/demo --check``: the journey walked on a platform of its own, from nothing to nothing."""

import os
import shutil
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from marketingconnect.config import postgres
from marketingconnect.config.postgres.places import Place
from marketingconnect.demo.supervisor.layout import DemoError, on_free_ports
from marketingconnect.demo.supervisor.platform import TICK, Platform, say
from marketingconnect.demo.supervisor.running import Stopped, only_one, reset, stoppable


def check(var: Path) -> int:
    """0 when every step passed; the folder and its logs are kept when one did not."""
    layout = on_free_ports(var)
    started = time.monotonic()
    with only_one(layout), database_apart(os.environ.pop("DATABASE_URL", "")) as database_url:
        reset(layout)
        platform = Platform(layout, database_url)
        try:
            with stoppable():
                say("Plateforme neuve, à part de la démonstration :")
                platform.start()
                passed = walk(platform)
        except Stopped:
            say("\nInterrompu.")
            passed = False
        finally:
            platform.stop()
    seconds = f"{time.monotonic() - started:.0f} s"
    if not passed:
        say(f"\nÉCHEC après {seconds}. Journaux : {layout.logs}")
        return 1
    forget(var)
    say(f"\nTout le trajet est bon, en {seconds} de bout en bout.")
    return 0


@contextmanager
def database_apart(url: str) -> Iterator[str]:
    """On a server from outside, a database of our own beside the given one, dropped at the end."""
    if not url:
        yield ""
        return
    parts = urlsplit(url)
    name = f"{parts.path.removeprefix('/')}_check"
    identifier = sql.Identifier(name)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier)
    create = sql.SQL("CREATE DATABASE {}").format(identifier)
    _execute(url, drop, create)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        _execute(url, drop)


def _execute(url: str, *statements: sql.Composed) -> None:
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)
    except psycopg.Error as error:
        raise DemoError(
            "Le trajet se parcourt dans une base à part, que DATABASE_URL ne permet pas de "
            f"créer : {error}"
        ) from error


def walk(platform: Platform) -> bool:
    """The journey itself, in a thread; the platform is watched meanwhile as in a real demo."""
    from marketingconnect.demo.check import run

    failures: list[BaseException] = []

    def journey() -> None:
        try:
            run(platform.layout, platform.accounts())
        except BaseException as failure:
            failures.append(failure)

    walker = threading.Thread(target=journey, name="journey", daemon=True)
    walker.start()
    while walker.is_alive():
        platform.watch()
        walker.join(TICK)
    for failure in failures:
        log = platform.layout.logs / "check.log"
        log.write_text("".join(traceback.format_exception(failure)), "utf-8")
        say(f"\n{type(failure).__name__} : {failure}")
    return not failures


def forget(var: Path) -> None:
    """Leave nothing behind."""
    place = Place(var)
    postgres.stop(var)
    if place.cluster_root != place.home:
        shutil.rmtree(place.cluster_root)
    shutil.rmtree(var)
