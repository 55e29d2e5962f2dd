"""The counting process: indexes are read once, then shared by one child a processor.

A child takes one question at a time; the kernel keeps the others waiting. When a release is
published, or the day changes, new children are started before the old ones are told to end.
"""

import gc
import logging
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Final

from django.db import DatabaseError, connections

from marketingconnect.base.queries import published_release
from marketingconnect.base.vocabulary import Population
from marketingconnect.clock import today
from marketingconnect.targeting.criteria import InvalidCriteriaError
from marketingconnect.targeting.desk import wire
from marketingconnect.targeting.desk.office import Office
from marketingconnect.targeting.desk.questions import DeskError, Question

logger = logging.getLogger(__name__)

_WAITING: Final = 256
_LOOK_EVERY: Final = 1.0
_READ_SECONDS: Final = 5.0
_BROKEN: Final = "Le comptage a échoué. Réessayez, ou prévenez-nous si cela recommence."


@dataclass
class CountingServer:
    """Listens at `path` with `processes` children until told to stop."""

    path: Path
    processes: int
    _children: set[int] = field(default_factory=set)
    _stopping: bool = False

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; nobody may connect before indexes are read."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        held, office = what_holds(), loaded_office()
        listener = listening(self.path)
        self._start(listener, office)
        logger.info("Le comptage écoute (%d processus).", self.processes)
        while not self._stopping:
            time.sleep(_LOOK_EVERY)
            self._bury()
            try:
                current = what_holds()
                if current != held:
                    held, office = current, loaded_office()
                    old, self._children = self._children, set()
                    self._start(listener, office)
                    _end(old)
            except DatabaseError:
                logger.exception("La base de données ne répond pas ; le comptage attend.")
            self._start(listener, office)
        _end(self._children)
        with suppress(FileNotFoundError):
            self.path.unlink()

    def _start(self, listener: socket.socket, office: Office) -> None:
        """Start the children that are missing; they share what this process read."""
        if len(self._children) >= self.processes:
            return
        connections.close_all()
        gc.collect()
        gc.freeze()
        while len(self._children) < self.processes:
            child = os.fork()
            if child == 0:
                try:
                    serve(listener, office)
                finally:
                    os._exit(0)
            self._children.add(child)

    def _bury(self) -> None:
        """Forget the children that ended, of themselves or not."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) > 0:
                self._children.discard(ended)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True


def listening(path: Path) -> socket.socket:
    """A socket that only this user may connect to; what a dead process left is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(mask)
    listener.listen(_WAITING)
    return listener


def what_holds() -> tuple[date, tuple[int | None, ...]]:
    """The day, for consents grow old at midnight, and which releases are in use."""
    try:
        refs = [published_release(population) for population in Population]
    finally:
        connections.close_all()
    return today(), tuple(ref.id if ref else None for ref in refs)


def loaded_office() -> Office:
    """An office with the releases in use read whole; those that cannot be are told and left."""
    office = Office()
    for population in Population:
        try:
            opened = office.opened(population)
            opened.warm_up(today())
        except DeskError as error:
            logger.warning("%s : %s", population.label, error)
    return office


def serve(listener: socket.socket, office: Office) -> None:
    """Answer one question after the other, until told to end or orphaned."""
    ending: list[bool] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ending.append(True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener.settimeout(_LOOK_EVERY)
    parent = os.getppid()
    while not ending and os.getppid() == parent:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(_READ_SECONDS)
            with suppress(OSError, wire.WireError):
                wire.send(connection, reply(office, wire.receive(connection)))


def reply(office: Office, message: dict[str, object]) -> dict[str, object]:
    """What is sent back, whatever came."""
    try:
        return {"answer": office.answer(Question.from_json(message)).to_json()}
    except InvalidCriteriaError as error:
        return {"invalid": [error.path, error.message]}
    except DeskError as error:
        return {"error": str(error)}
    except (KeyError, TypeError, ValueError):
        return {"error": "Cette question n’est pas de celles que le comptage comprend."}
    except Exception:
        logger.exception("Un comptage a échoué.")
        connections.close_all()
        return {"error": _BROKEN}


def _end(children: set[int]) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
