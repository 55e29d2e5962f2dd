"""A platform made of files: what would be transmitted lies in a folder, for a person or a program.

`outbox` holds each Factur-X file with its description; `inbox` is where statuses are dropped:
`{"key": "…", "code": 205, "at": "2026-11-23T11:00:00+00:00", "reason": ""}`.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from marketingconnect.invoices.platforms.base import (
    Deposit,
    PlatformRefusedError,
    PlatformUnavailableError,
    Status,
)
from marketingconnect.invoices.states import CODES, EInvoiceState
from marketingconnect.kernel.money import Money

_BY_CODE: Final = {code: state for state, code in CODES.items()}


class DirectoryPlatform:
    """Files appear whole: each is written beside its place, then renamed."""

    def __init__(self, folder: Path) -> None:
        self._outbox, self._inbox = folder / "outbox", folder / "inbox"

    def deposit(self, document: Deposit) -> str:
        if hashlib.sha256(document.content).hexdigest() != document.sha256:
            raise PlatformRefusedError("Le fichier reçu n’a pas l’empreinte annoncée.")
        described = {
            "key": str(document.key),
            "number": document.number,
            "type": document.document_type,
            "seller": document.seller_siren,
            "buyer": document.buyer_siren,
            "file": f"{document.key}.pdf",
            "sha256": document.sha256,
        }
        self._write(f"{document.key}.pdf", document.content)
        # The description comes last: a file without it was not deposited.
        self._write(f"{document.key}.json", _json(described))
        return str(document.key)

    def find(self, key: uuid.UUID) -> str:
        return str(key) if (self._outbox / f"{key}.json").is_file() else ""

    def statuses(self) -> Iterator[Status]:
        for path in sorted(self._inbox.glob("*.json")):
            try:
                yield _status(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, KeyError, TypeError):
                # A file that is not a status is somebody's mistake: the others are read.
                continue

    def report_cashed(
        self, key: uuid.UUID, amounts: Sequence[tuple[Decimal, Money]], at: datetime
    ) -> None:
        told = {
            "key": str(key),
            "code": CODES[EInvoiceState.CASHED],
            "at": at.isoformat(),
            "amounts": [
                {"rate": str(rate), "gross": str(gross.to_decimal())} for rate, gross in amounts
            ],
        }
        self._write(f"{key}.cashed.json", _json(told))

    def _write(self, name: str, content: bytes) -> None:
        try:
            self._outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self._outbox / f".{name}.part"
            draft.write_bytes(content)
            draft.replace(self._outbox / name)
        except OSError as error:
            raise PlatformUnavailableError(str(error)) from error


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _status(row: dict[str, Any]) -> Status:
    at = datetime.fromisoformat(row["at"])
    if at.tzinfo is None:
        raise ValueError("an instant without its time zone")
    return Status(
        uuid.UUID(row["key"]), _BY_CODE[int(row["code"])], at, str(row.get("reason", ""))[:300]
    )
