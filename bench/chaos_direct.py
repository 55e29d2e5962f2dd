"""Six destinations of a direct campaign, each a sink with an address and a bad habit of its own.

They are named in a zone file of the trial alone, and written to at the pace of its own file of
destinations: what is allowed a destination is more than some of them bear, as in life.
"""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from bench.sink.options import options_of
from bench.sink.table import Fate, Faults, fate_of
from marketingconnect.config.ports import free_port
from marketingconnect.config.postgres.processes import die_with_parent
from marketingconnect.demo.supervisor.layout import answers
from marketingconnect.sending.states import Outcome

_ROOT: Final = Path(__file__).resolve().parents[1]
_PATIENCE: Final = 30.0
_EXPECTED: Final = {
    Fate.TAKEN: Outcome.ACCEPTED,
    Fate.LATER: Outcome.ACCEPTED,
    Fate.REFUSED: Outcome.UNDELIVERED,
    Fate.DROPPED: Outcome.UNCERTAIN,
}


@dataclass(frozen=True)
class Destination:
    """A mailbox domain, where its server listens, and how it behaves."""

    name: str
    domain: str
    host: str
    faults: Faults
    connections: int
    """Held open at once by one sender."""


DESTINATIONS: Final = (
    Destination(
        "Orange", "orange.test", "127.0.0.2",
        Faults(refused=20, later=2, dropped=2, provider="Orange"), 4,
    ),
    Destination(
        "Free", "free.test", "127.0.0.3",
        Faults(refused=10, later=4, latency=0.002, provider="Free"), 6,
    ),
    # Bears fewer connections than are opened, and fewer messages in each.
    Destination("SFR", "sfr.test", "127.0.0.4", Faults(connections=2, provider="SFR"), 4),
    Destination(
        "La Poste", "poste.test", "127.0.0.5", Faults(per_connection=30, provider="La Poste"), 4
    ),
    # Takes nothing at first.
    Destination(
        "Google", "mail.test", "127.0.0.6",
        Faults(refused=10, closed=frozenset({"Google"}), closed_answers=3, provider="Google"), 4,
    ),
    Destination("autre", "atelier.test", "127.0.0.7", Faults(), 4),
)  # fmt: skip
_BY_DOMAIN: Final = {one.domain: one for one in DESTINATIONS}
IN_FLIGHT: Final = sum(one.connections for one in DESTINATIONS)
"""Messages that one sender may have under way at once."""


def expected_outcome(email: str, seed: int) -> Outcome:
    """The only outcome that an address of the trial may have, beside a doubt."""
    if email.startswith("oppose."):
        return Outcome.NOT_SENT
    faults = _BY_DOMAIN[email.rpartition("@")[2]].faults
    return _EXPECTED[fate_of(email, seed, faults).fate]


def address(number: int) -> str:
    """Of the trial's recipient of that number: one in a hundred has opposed."""
    name = "oppose" if number % 100 == 44 else "personne"
    return f"{name}.{number}@{DESTINATIONS[number % len(DESTINATIONS)].domain}"


def environment(folder: Path, port: int) -> dict[str, str]:
    """Writes the zone and the paces below `folder`; what a sender must be told to go direct."""
    zone, paces = folder / "zone", folder / "destinations.toml"
    zone.write_text("$TTL 60\n" + "".join(map(_zone_of, DESTINATIONS)), encoding="utf-8")
    paces.write_text(_REST + "".join(map(_pace_of, DESTINATIONS)), encoding="utf-8")
    return {
        "MARKETINGCONNECT_SENDER_WAY": "direct",
        "MARKETINGCONNECT_SENDER_PORT": str(port),
        "MARKETINGCONNECT_DNS": f"zone:{zone}",
        "MARKETINGCONNECT_DESTINATIONS": str(paces),
    }


_REST: Final = """[default]
connections = 4
per_connection = 100
per_minute = 0
waits = [1, 2, 3]
warm_up = []
"""


def _zone_of(one: Destination) -> str:
    return f"{one.domain}. MX 10 mx.{one.domain}.\nmx.{one.domain}. A {one.host}\n"


def _pace_of(one: Destination) -> str:
    return f"""
[[group]]
name = "{one.name}"
exchangers = ["{one.domain}"]
connections = {one.connections}
"""


class Sinks:
    """All of them on one port, each on its address; use it in a `with`."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.port = free_port()
        self.ledgers = [folder / f"{one.domain}.jsonl" for one in DESTINATIONS]
        self._log = folder / "sinks.log"
        self._seed = seed
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        try:
            for one, ledger in zip(DESTINATIONS, self.ledgers, strict=True):
                self._processes.append(self._start(one, ledger))
            self._until_they_answer()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def watch(self) -> None:
        """Raises RuntimeError when a witness died: nothing can be judged without it."""
        if any(process.poll() is not None for process in self._processes):
            raise RuntimeError(f"Un puits est mort :\n{self._log.read_text('utf-8', 'replace')}")

    def _start(self, one: Destination, ledger: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "bench.sink", "--host", one.host, "--port", str(self.port)]
        command += ["--seed", str(self._seed), "--ledger", str(ledger), *options_of(one.faults)]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )

    def _until_they_answer(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not all(answers(self.port, one.host) for one in DESTINATIONS):
            self.watch()
            if time.monotonic() > deadline:
                raise RuntimeError("Les puits ne répondent pas")
            time.sleep(0.02)

    def _end(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()
