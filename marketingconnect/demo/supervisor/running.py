"""One demo a folder: held by a lock, stopped when asked, wiped when asked."""

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from marketingconnect.config import postgres
from marketingconnect.config.postgres.places import Place
from marketingconnect.demo.supervisor.layout import DemoError, Layout
from marketingconnect.demo.supervisor.platform import say

KEPT_BY_THE_DEMO = (
    "authority",
    "bank",
    "base",
    "catcher",
    "demo-base",
    "e-invoices",
    "files",
    "log",
    "postgres",
    "secrets",
    "sender",
    "texts",
    "tracking",
)
"""The keys of the authority go with the passphrase that opens them, which is in the secrets."""


class Stopped(BaseException):
    """Somebody asked the demo to stop."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C, SIGTERM and the end of the terminal raise Stopped, once; then they are ignored."""

    def stop(number: int, _: object) -> None:
        for one in requests:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    requests = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.signal(one, stop) for one in requests}
    try:
        yield
    except BaseException:
        for one in requests:
            signal.signal(one, signal.SIG_IGN)
        raise
    finally:
        if signal.getsignal(signal.SIGINT) is stop:
            for one, handler in before.items():
                signal.signal(one, handler)


@contextmanager
def only_one(layout: Layout) -> Iterator[None]:
    """One demo a folder: a second one is told where the first is."""
    layout.var.mkdir(parents=True, exist_ok=True)
    with layout.lock.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DemoError(already_running(lock.read())) from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "url": layout.base_url}))
        lock.flush()
        yield
        lock.truncate(0)


def already_running(words: str) -> str:
    try:
        other = json.loads(words)
    except ValueError:
        other = {"pid": "?", "url": "?"}
    return (
        f"La démonstration tourne déjà : {other['url']}/ (processus {other['pid']}). "
        "Arrêtez-la d’abord, ou donnez-en une autre à faire vivre à côté avec "
        "MARKETINGCONNECT_VAR et --port."
    )


def reset(layout: Layout) -> None:
    """Remove what a demo wrote, and nothing else."""
    postgres.stop(layout.var)
    place = Place(layout.var)
    removed = [layout.var / name for name in KEPT_BY_THE_DEMO]
    if place.cluster_root != place.home:
        removed.append(place.cluster_root)
    removed.append(layout.accounts_file)
    for path in removed:
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            continue
        say(f"Effacé : {path}")
    if os.environ.get("DATABASE_URL"):
        say("La base que désigne DATABASE_URL n’est pas effacée : elle n’est pas à nous.")
