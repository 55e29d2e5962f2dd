"""Rows kept aside between two passes, in a file without a name: a killed process leaves nothing."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from marketingconnect.targeting.files.batches import Batch
from marketingconnect.targeting.files.cells import texts

_VALUE, _COLUMN = "\x1f", "\x1e"
_LENGTH: Final = 8


class Spool:
    """Batches of text columns, written once and read as often as needed."""

    def __init__(self, names: Sequence[str], stream: BinaryIO) -> None:
        self.names = tuple(names)
        self.rows = 0
        self._stream = stream

    def append(self, batch: Batch) -> None:
        """Keep a batch; its values become text of one line."""
        if not len(batch):
            return
        columns = (_VALUE.join(texts(batch.columns[name])) for name in self.names)
        content = _COLUMN.join(columns).encode()
        self._stream.write(len(content).to_bytes(_LENGTH, "little"))
        self._stream.write(len(batch).to_bytes(_LENGTH, "little"))
        self._stream.write(content)
        self.rows += len(batch)

    def batches(self) -> Iterator[Batch]:
        """Every batch from the first; one reader at a time."""
        self._stream.seek(0)
        while head := self._stream.read(2 * _LENGTH):
            content = self._stream.read(int.from_bytes(head[:_LENGTH], "little")).decode()
            columns = (column.split(_VALUE) for column in content.split(_COLUMN))
            yield Batch(
                dict(zip(self.names, columns, strict=True)),
                int.from_bytes(head[_LENGTH:], "little"),
            )


@contextmanager
def spool(names: Sequence[str], folder: Path) -> Iterator[Spool]:
    """A spool whose file lies in `folder` and is gone afterwards, whatever happens."""
    with nameless_file(folder) as stream:
        yield Spool(names, stream)


@contextmanager
def nameless_file(folder: Path) -> Iterator[BinaryIO]:
    """A file that no other process can open, and that the system forgets with ours."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder) as stream:
        yield stream
