"""What was computed lately, within so many bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from pyroaring import BitMap


def bytes_of(bitmap: BitMap) -> int:
    """About how much memory a bitmap takes."""
    seen = bitmap.get_statistics()
    held = seen["n_bytes_array_containers"] + seen["n_bytes_run_containers"]
    return 200 + held + seen["n_bytes_bitset_containers"]


class BitmapCache:
    """Bitmaps by key, the least used forgotten first; those it gives are never changed."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held = 0
        self._entries: OrderedDict[Hashable, tuple[BitMap, int, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> BitMap | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def get_or_make(
        self, key: Hashable, make: Callable[[], BitMap], keep_alive: object = None
    ) -> BitMap:
        """The bitmap of a key, made when it is not known.

        `keep_alive` is held as long as the entry: a key made of `id()` needs it.
        """
        found = self.get(key)
        if found is None:
            found = make()
            self._put(key, found, keep_alive)
        return found

    def _put(self, key: Hashable, bitmap: BitMap, keep_alive: object) -> None:
        size = bytes_of(bitmap)
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (bitmap, size, keep_alive)
            self._held += size
            while self._held > self._most_bytes and len(self._entries) > 1:
                _, (_, freed, _) = self._entries.popitem(last=False)
                self._held -= freed
