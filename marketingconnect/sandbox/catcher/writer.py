"""Writing the ledger: unbuffered appends, so that only a power cut can lose what was answered."""

import email.header
import hashlib
import json
import os
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from marketingconnect.sandbox.catcher.ledger import LEDGER, MESSAGES, REFUSALS, Ledger
from marketingconnect.sandbox.folder_lock import hold

KEPT_HEADERS = re.compile(
    rb"^(subject|message-id|x-campaign):[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE
)


class Writer:
    """The only writer of a folder: a second one is refused."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = hold(folder / ".lock")
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        self._messages = os.open(folder / MESSAGES, flags, 0o600)
        self._ledger = os.open(folder / LEDGER, flags, 0o600)
        self._refusals = os.open(folder / REFUSALS, flags, 0o600)
        self._offset = os.fstat(self._messages).st_size
        for descriptor in (self._ledger, self._refusals):
            _end_cut_line(descriptor)
        newest = Ledger(folder).page(limit=1).entries
        self._next = newest[0].id + 1 if newest else 1

    def close(self) -> None:
        for descriptor in (self._messages, self._ledger, self._refusals, self._lock):
            os.close(descriptor)

    def keep(self, mail_from: str, recipients: Sequence[str], content: bytes) -> int:
        """Write the message, then its line; returns its id."""
        headers = _kept_headers(content)
        line = {
            "id": self._next,
            "received_at": _now(),
            "from": mail_from,
            "to": list(recipients),
            "subject": headers.get("subject", ""),
            "message_id": headers.get("message-id", ""),
            "campaign": headers.get("x-campaign", ""),
            "offset": self._offset,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        _write(self._messages, content)
        self._offset += len(content)
        _write(self._ledger, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._next += 1
        return self._next - 1

    def refuse(self, mail_from: str, recipient: str, reply: str) -> None:
        line = {"received_at": _now(), "from": mail_from, "to": recipient, "reply": reply}
        _write(self._refusals, json.dumps(line, ensure_ascii=False).encode() + b"\n")


def _now() -> str:
    """The catcher is an outside party: it lives by the machine's clock, not by the platform's."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="microseconds")


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _end_cut_line(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        _write(descriptor, b"\n")


def _kept_headers(content: bytes) -> dict[str, str]:
    head = content.partition(b"\r\n\r\n")[0]
    found: dict[str, str] = {}
    for match in KEPT_HEADERS.finditer(head):
        found.setdefault(match[1].decode("ascii").lower(), _decoded(match[2]))
    return found


def _decoded(value: bytes) -> str:
    text = re.sub(r"\r?\n(?=[ \t])", "", value.decode("utf-8", "replace")).strip()
    if "=?" not in text:
        return text
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return text
