"""What was computed lately, within so many bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from pyroaring import BitMap

V = TypeVar("V")


def bytes_of(bitmap: BitMap) -> int:
    """About how much memory a bitmap takes."""
    seen = bitmap.get_statistics()
    held = seen["n_bytes_array_containers"] + seen["n_bytes_run_containers"]
    return 200 + held + seen["n_bytes_bitset_containers"]


class LatestUsed(Generic[V]):
    """Values by key, the least used forgotten first; those it gives are never changed."""

    def __init__(self, most_bytes: int, bytes_of_value: Callable[[V], int]) -> None:
        self._most_bytes = most_bytes
        self._bytes_of = bytes_of_value
        self._held = 0
        self._entries: OrderedDict[Hashable, tuple[V, int, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def get_or_make(self, key: Hashable, make: Callable[[], V], keep_alive: object = None) -> V:
        """The value of a key, made when it is not known.

        `keep_alive` is held as long as the entry: a key made of `id()` needs it.
        """
        found = self.get(key)
        if found is None:
            found = make()
            self._put(key, found, keep_alive)
        return found

    def _put(self, key: Hashable, value: V, keep_alive: object) -> None:
        size = self._bytes_of(value)
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (value, size, keep_alive)
            self._held += size
            while self._held > self._most_bytes and len(self._entries) > 1:
                _, (_, freed, _) = self._entries.popitem(last=False)
                self._held -= freed


class BitmapCache(LatestUsed[BitMap]):
    """The same for bitmaps."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes, bytes_of)
