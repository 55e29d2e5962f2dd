"""What the index is written with: bitmaps one after the other, columns row after row."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index.fields import BITMAPS, COLUMNS_FOLDER, DIRECTORY
from marketingconnect.base.index.masks import STRETCH, bitmap_of_mask

Numbers = NDArray[Any]


class BitmapStore:
    """Collects the pieces of each bitmap, then writes them all and says where they are."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[BitMap]] = {}

    def add(self, name: str, mask: NDArray[np.bool_], first_row: int) -> None:
        """The rows of a stretch; nothing is kept of an empty one."""
        if piece := bitmap_of_mask(mask, first_row):
            self.add_piece(name, piece)

    def add_piece(self, name: str, piece: BitMap) -> None:
        piece.run_optimize()
        self._pieces.setdefault(name, []).append(piece)

    def write(self, stream: BinaryIO) -> dict[str, list[int]]:
        """Name -> offset, length, rows; what was collected is let go."""
        directory: dict[str, list[int]] = {}
        for name in sorted(self._pieces):
            whole = BitMap.union(*self._pieces.pop(name))
            whole.run_optimize()
            written = whole.serialize()
            directory[name] = [stream.tell(), len(written), len(whole)]
            stream.write(written)
        return directory


def split_by_value(codes: Numbers, first_row: int) -> dict[int, BitMap]:
    """Code -> its rows among a stretch; many codes cost one sort."""
    found: dict[int, list[BitMap]] = {}
    for start in range(0, len(codes), STRETCH):
        part = codes[start : start + STRETCH].astype(np.uint16)
        order = np.argsort(part, kind="stable").astype(np.uint32)
        ordered = part[order]
        cuts = np.flatnonzero(np.diff(ordered)) + 1
        order += np.uint32(first_row + start)
        for rows in np.split(order, cuts):
            code = int(part[rows[0] - first_row - start])
            found.setdefault(code, []).append(BitMap(rows))
    return {code: BitMap.union(*pieces) for code, pieces in found.items()}


class ColumnFile:
    """One column on its way to the disk, as a `.npy` of a length known before."""

    def __init__(self, folder: Path, name: str, kind: str, rows: int) -> None:
        self.path = column_path(folder, name)
        self.path.parent.mkdir(exist_ok=True)
        self._place = 0
        self._array: Numbers | None = None
        if rows:
            self._array = np.lib.format.open_memmap(
                self.path, mode="w+", dtype=np.dtype(kind), shape=(rows,)
            )
        else:
            np.save(self.path, np.empty(0, dtype=np.dtype(kind)))

    def append(self, numbers: Numbers) -> None:
        if self._array is not None:
            self._array[self._place : self._place + len(numbers)] = numbers
            self._place += len(numbers)

    def close(self) -> None:
        """Have what was written on the disk."""
        if isinstance(self._array, np.memmap):
            self._array.flush()
        self._array = None


def column_path(folder: Path, name: str) -> Path:
    """Where the column `name` of an index is."""
    return folder / COLUMNS_FOLDER / f"{name}.npy"


def save_column(folder: Path, name: str, numbers: Numbers) -> None:
    """A whole column at once."""
    path = column_path(folder, name)
    path.parent.mkdir(exist_ok=True)
    np.save(path, numbers)


def write_directory(folder: Path, content: dict[str, Any]) -> None:
    (folder / DIRECTORY).write_text(json.dumps(content, separators=(",", ":")), "utf-8")


def bitmaps_path(folder: Path) -> Path:
    return folder / BITMAPS
