"""The rows of a release whose address is opposed, kept up to date."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
from django.db import connection
from pyroaring import BitMap

from marketingconnect.base.index import IndexMissingError, ReleaseIndex
from marketingconnect.base.index.digests import OPPOSED_ON, OppositionList
from marketingconnect.base.index.masks import bitmap_of_rows
from marketingconnect.base.vocabulary import Channel
from marketingconnect.suppression.transactions import UNSEEN, Seen

_AT_ONCE: Final = 50_000
_ListKey = tuple[str, str, int]


class Oppositions:
    """`rows[channel]` is replaced, never changed, when an opposition is read."""

    def __init__(self, index: ReleaseIndex) -> None:
        self._index = index
        self.rows: dict[Channel, BitMap] = {channel: BitMap() for channel in Channel}

    def read(self, since: Seen) -> None:
        """Add the rows of every opposition that `since` had not seen.

        Raises IndexMissingError when one is under a key that the index was not made with.
        """
        found: dict[Channel, BitMap] = defaultdict(BitMap)
        for key, prefixes in _beginnings(since).items():
            for channel, name in self._lists(key):
                found[channel] |= bitmap_of_rows(self._index.opposed_rows(name, prefixes))
        for channel, rows in found.items():
            if rows - self.rows[channel]:
                self.rows[channel] = self.rows[channel] | rows

    def _lists(self, key: _ListKey) -> Iterator[tuple[Channel, str]]:
        """The lists of the index that an opposition of this kind is looked up in."""
        opposed, scope, version = key
        for channel, lists in OPPOSED_ON.items():
            if opposed in lists:
                name = OppositionList(channel, opposed, scope, version).name
                if name not in self._index.lists:
                    raise IndexMissingError(
                        f"L’index de « {self._index.name} » ne connaît pas la clé {version} des"
                        " oppositions : refaites une version de cette base."
                    )
                yield channel, name


def _beginnings(since: Seen) -> dict[_ListKey, np.ndarray[tuple[int], np.dtype[np.uint64]]]:
    """Channel, scope and key -> the first 8 bytes of the digests written since."""
    gathered: dict[_ListKey, bytearray] = defaultdict(bytearray)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT channel, scope, key_version, substring(digest FROM 1 FOR 8)"  # noqa: S608
            f" FROM suppression_suppression WHERE scope <> 'client' AND {UNSEEN}",
            [since.end, list(since.still_open)],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for opposed, scope, version, beginning in rows:
                gathered[opposed, scope, version] += beginning
    return {
        key: np.frombuffer(bytes(beginnings), dtype=">u8").astype(np.uint64)
        for key, beginnings in gathered.items()
    }
