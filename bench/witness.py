"""What arrived, as those who received it wrote it down: the witnesses of a trial by kills."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from marketingconnect.sandbox.catcher import Ledger


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that was taken, and whom it was for."""

    recipients: tuple[str, ...]
    message_id: str


class Witness(Protocol):
    """Never killed: what it says of a campaign is held to be what happened."""

    def count(self, campaign_id: int) -> int:
        """Messages taken up to now; asked again and again."""
        ...

    def letters(self, campaign_id: int) -> Iterable[Letter]:
        """All of them."""
        ...


class CatcherWitness:
    """The mail catcher, to which a relayed campaign goes."""

    def __init__(self, folder: Path) -> None:
        self._ledger = Ledger(folder)

    def count(self, campaign_id: int) -> int:
        """Only new lines are read."""
        return self._ledger.counts()[str(campaign_id)]

    def letters(self, campaign_id: int) -> Iterable[Letter]:
        """In the order in which they came."""
        for entry in self._ledger.entries():
            if entry.campaign == str(campaign_id):
                yield Letter(entry.recipients, entry.message_id)


class SinkWitness:
    """The ledgers of several sinks, to which a campaign goes directly."""

    def __init__(self, ledgers: Sequence[Path]) -> None:
        self._ledgers = ledgers
        self._read: Counter[Path] = Counter()
        self._counts: Counter[str] = Counter()

    def count(self, campaign_id: int) -> int:
        """Only new lines are read; one being written is left for the next time."""
        for path in self._ledgers:
            whole = _from(path, self._read[path])
            self._read[path] += len(whole)
            self._counts.update(line["campaign"] for line in _taken(whole))
        return self._counts[str(campaign_id)]

    def letters(self, campaign_id: int) -> Iterable[Letter]:
        """One sink after the other."""
        for path in self._ledgers:
            for line in _taken(_from(path, 0)):
                if line["campaign"] == str(campaign_id):
                    yield Letter((line["to"],), line["id"])


def _from(path: Path, offset: int) -> bytes:
    """The whole lines behind `offset` octets."""
    if not path.exists():
        return b""
    with path.open("rb") as stream:
        stream.seek(offset)
        octets = stream.read()
    return octets[: octets.rfind(b"\n") + 1]


def _taken(lines: bytes) -> Iterable[dict[str, str]]:
    for line in lines.splitlines():
        told = json.loads(line)
        if told["fate"] in {"taken", "dropped"}:
            yield told
