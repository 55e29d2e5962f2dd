"""``script/demo --check``: the journey walked on a platform of its own, from nothing to nothing."""

import shutil
import sys
import threading
import time
import traceback
from pathlib import Path

from marketingconnect.config import postgres
from marketingconnect.config.postgres.places import Place
from marketingconnect.demo.supervisor.command import Stopped, only_one, reset, stoppable
from marketingconnect.demo.supervisor.layout import on_free_ports
from marketingconnect.demo.supervisor.platform import TICK, Platform, say


def check(var: Path) -> int:
    """0 when every step passed; the folder and its logs are kept when one did not."""
    layout = on_free_ports(var)
    started = time.monotonic()
    with only_one(layout):
        reset(layout)
        platform = Platform(layout)
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
        traceback.print_exception(failure, file=sys.stdout)
    return not failures


def forget(var: Path) -> None:
    """Leave nothing behind."""
    place = Place(var)
    postgres.stop(var)
    if place.cluster_root != place.home:
        shutil.rmtree(place.cluster_root)
    shutil.rmtree(var)
