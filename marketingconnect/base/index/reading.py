"""Read an index: bitmaps when first asked for, columns mapped from the disk."""

import json
import mmap
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index.digests import DigestTable
from marketingconnect.base.index.fields import BITMAPS, DIRECTORY, FORMAT, NO_DATE, RUNS
from marketingconnect.base.index.masks import bitmap_of_rows, rows_of
from marketingconnect.base.index.writing import column_path
from marketingconnect.base.schema import INDEX_FOLDER
from marketingconnect.base.vocabulary import Channel, Population

Numbers = NDArray[Any]
_EMPTY: Final = BitMap()


class IndexMissingError(Exception):
    """The release has no index, or one of another format; the message is for a person."""


class Runs:
    """The stretches of rows that share each value of one field that rows are sorted by."""

    def __init__(
        self, codes: Sequence[str], starts: Numbers, run_codes: Numbers, rows: int
    ) -> None:
        self.codes = list(codes)
        self.starts = starts.astype(np.int64)
        self.ends = np.append(self.starts[1:], rows) if len(starts) else self.starts
        self.run_codes = run_codes
        order = np.argsort(run_codes, kind="stable")
        bounds = np.searchsorted(run_codes[order], np.arange(len(self.codes) + 1))
        self._runs_of = {
            text: order[bounds[code] : bounds[code + 1]].tolist()
            for code, text in enumerate(self.codes)
        }

    def ranges(self, value: str) -> list[tuple[int, int]]:
        """First row and the row after the last, of each stretch of a value."""
        return [(int(self.starts[r]), int(self.ends[r])) for r in self._runs_of.get(value, ())]

    def size(self, values: Iterable[object]) -> int:
        """How many rows have one of the values."""
        return sum(end - start for value in values for start, end in self.ranges(str(value)))

    def bitmap(self, values: Iterable[object]) -> BitMap:
        """The rows that have one of the values."""
        found = BitMap()
        for value in values:
            for start, end in self.ranges(str(value)):
                found.add_range(start, end)
        return found


class ReleaseIndex:
    """The index of one release. Safe to share between threads, and to fork once `load` is done."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the release's. Raises IndexMissingError."""
        self.name = folder.name
        self.release_folder = folder
        self._folder = folder / INDEX_FOLDER
        content = _directory(self._folder)
        self.population = Population(content["population"])
        self.rows: int = content["rows"]
        self.lists: list[str] = content["lists"]
        self.longest: dict[str, int] = content["longest"]
        self._places: dict[str, list[int]] = content["bitmaps"]
        self._codes: dict[str, list[str]] = content["codes"]
        with (self._folder / BITMAPS).open("rb") as stream:
            self._bytes = _mapped(stream)
        self._bitmaps: dict[str, BitMap] = {}
        self._columns: dict[str, Numbers] = {}
        self._tables: dict[str, DigestTable] = {}
        self._runs: dict[str, Runs] = {}
        self._days: dict[Channel, tuple[int, int]] = {}
        self._lock = Lock()

    # -- bitmaps -----------------------------------------------------------------------------------

    def bitmap(self, name: str) -> BitMap:
        """A bitmap, empty when no row has that value; never to be changed."""
        found = self._bitmaps.get(name)
        if found is not None:
            return found
        place = self._places.get(name)
        if place is None:
            return _EMPTY
        offset, length, _ = place
        with self._lock:
            found = BitMap.deserialize(self._bytes[offset : offset + length])
            self._bitmaps[name] = found
        return found

    def size(self, name: str) -> int:
        """Rows of a bitmap, without reading it."""
        place = self._places.get(name)
        return place[2] if place else 0

    def bytes_of_bitmaps(self) -> int:
        return sum(length for _, length, _ in self._places.values())

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """Field -> the values of its bitmaps, sorted as texts."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._places):
            field, held, value = name.partition("=")
            if held:
                found.setdefault(field, []).append(value)
        return found

    @cached_property
    def everybody(self) -> BitMap:
        whole = BitMap()
        whole.add_range(0, self.rows)
        return whole

    # -- runs and columns --------------------------------------------------------------------------

    def runs(self, field: str) -> Runs:
        """The stretches of a field of `fields.RUNS`, other than the zone."""
        if field not in self._runs:
            starts, codes = self.column(f"{field}_start"), self.column(f"{field}_code")
            self._runs[field] = Runs(self._codes[field], starts, codes, self.rows)
        return self._runs[field]

    def column(self, name: str) -> Numbers:
        """A column by row, mapped; raises KeyError for one that the index has not."""
        if name not in self._columns:
            path = column_path(self._folder, name)
            if not path.exists():
                raise KeyError(name)
            self._columns[name] = np.load(path, mmap_mode="r").view(np.ndarray)
        return self._columns[name]

    def load(self) -> None:
        """Read everything that counts ask for, once, before forking."""
        for name in self._places:
            self.bitmap(name)
        for field in RUNS:
            if field != "zone":
                self.runs(field)
        for channel in Channel:
            self._days_collected(channel)
        _ = self.values, self.everybody

    # -- records -----------------------------------------------------------------------------------

    def rows_with_keys(self, keys: NDArray[np.int64]) -> BitMap:
        """The rows of these record keys; those that the release has not are passed over."""
        ordered, rows = self.column("key_sorted"), self.column("key_row")
        wanted = np.sort(keys.astype(np.int64))  # in order, neighbours are found side by side
        places = np.searchsorted(ordered, wanted)
        places = np.minimum(places, max(self.rows - 1, 0))
        if not self.rows:
            return BitMap()
        return bitmap_of_rows(np.asarray(rows[places[ordered[places] == wanted]]))

    def keys_of(self, rows: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The record keys of rows, in their order."""
        keys: NDArray[np.int64] = np.asarray(self.column("record_key")[rows])
        return keys

    def opposed_rows(self, name: str, prefixes: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """The rows that a list named in `lists` opposes, by the beginnings of its digests."""
        if name not in self._tables:
            self._tables[name] = DigestTable(self._folder, name)
        return self._tables[name].rows_of(prefixes)

    # -- sets that cost a reading of a column ------------------------------------------------------

    def collected_between(self, channel: Channel, rows: BitMap, oldest: int, newest: int) -> BitMap:
        """Those of `rows` whose proof on a channel is of these days, both included."""
        first, last = self._days_collected(channel)
        if oldest <= first and last <= newest:
            return rows
        places = rows_of(rows)
        days = self.column(f"{channel.value}_on")[places]
        return bitmap_of_rows(places[(days >= oldest) & (days <= newest)])

    def _days_collected(self, channel: Channel) -> tuple[int, int]:
        """The first and the last day of a column; 0 where there is no proof."""
        if channel not in self._days:
            days = self.column(f"{channel.value}_on")
            self._days[channel] = (int(days.min()), int(days.max())) if len(days) else (0, 0)
        return self._days[channel]

    def created_between(self, first: int, last: int, rows: BitMap) -> BitMap:
        """Those of `rows` created between two days since 1970, both included."""
        places = rows_of(rows)
        days = self.column("created_on")[places]
        return bitmap_of_rows(places[(days >= first) & (days <= last) & (days != NO_DATE)])


def _directory(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / DIRECTORY).read_text("utf-8"))
    except FileNotFoundError:
        raise IndexMissingError(
            f"L’index de « {folder.parent.name} » manque : refaites une version de cette base."
        ) from None
    if content.get("format") != FORMAT:
        raise IndexMissingError(
            f"L’index de « {folder.parent.name} » est d’un autre format : refaites une version de"
            " cette base."
        )
    return content


def _mapped(stream: Any) -> mmap.mmap | bytes:
    stream.seek(0, 2)
    if not stream.tell():
        return b""
    return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
