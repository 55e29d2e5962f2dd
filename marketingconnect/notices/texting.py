"""Short messages to one person (SMS), said at once: what they carry is worth minutes.

They are not queued as mail is: a code that waits in a table would be a code kept in clear. Which
gateway is used is a setting; the local one writes where a demonstration can show it.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings

LEDGER: Final = "texts.jsonl"


class TextNotSentError(Exception):
    """The message did not leave; `detail` is for the staff."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Text:
    """`to` is E.164, `key` is the same for a repetition of the same message."""

    key: str
    to: str
    body: str
    at: str


class TextGateway(Protocol):
    """A provider of short messages."""

    def send(self, text: Text) -> None:
        """Hand one message over. Raises TextNotSentError, and then nothing left."""


class LocalTexts:
    """Writes each message as a line of a file that only its owner reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, text: Text) -> None:
        """Append the message."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        line = json.dumps(asdict(text), ensure_ascii=False) + "\n"
        with os.fdopen(os.open(self._folder / LEDGER, flags, 0o600), "a") as ledger:
            ledger.write(line)


class NoTexts:
    """What production has until a provider is set: nothing is sent, and it is said."""

    def send(self, text: Text) -> None:
        """Refuse."""
        raise TextNotSentError("no provider of short messages is set")


def send_text(*, key: str, to: str, body: str, at: datetime) -> None:
    """Send one message by the gateway of the settings; never inside a transaction."""
    BUILDERS[settings.TEXT_GATEWAY]().send(Text(key, to, body, at.isoformat()))


def caught_texts(folder: Path, *, latest: int = 100) -> list[Text]:
    """What the local gateway wrote, the newest first; a line cut short is passed over."""
    try:
        lines = (folder / LEDGER).read_text(encoding="utf-8").split("\n")[:-1]
    except FileNotFoundError:
        return []
    return [Text(**json.loads(line)) for line in reversed(lines[-latest:])]


def _local() -> TextGateway:
    return LocalTexts(Path(settings.TEXTS_DIR))


BUILDERS: dict[str, Callable[[], TextGateway]] = {"local": _local, "none": NoTexts}
"""The gateways we know, by their name in the settings."""
