"""From masks of numpy to roaring bitmaps, thirty times faster than row by row.

The portable serialisation of roaring bitmaps is written directly: a header, then for each stretch
of 65,536 rows either its bits or, when 4,096 rows or fewer, the rows themselves.
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

STRETCH_BITS: Final = 16
STRETCH: Final = 1 << STRETCH_BITS
_MOST_LISTED: Final = 4096
_NO_RUNS: Final = 12346


def bitmap_of_mask(mask: NDArray[np.bool_], first_row: int = 0) -> BitMap:
    """The rows where `mask` holds, counted from `first_row`, a multiple of 65,536."""
    if first_row % STRETCH:
        raise ValueError(f"{first_row} is not the beginning of a stretch")
    if missing := -len(mask) % STRETCH:
        mask = np.concatenate([mask, np.zeros(missing, dtype=np.bool_)])
    bits = np.packbits(mask, bitorder="little").reshape(-1, STRETCH // 8)
    held = np.bitwise_count(bits.view(np.uint64)).sum(axis=1, dtype=np.int64)
    kept = np.flatnonzero(held)
    if not len(kept):
        return BitMap()
    stretches = [
        bits[place].tobytes()
        if held[place] > _MOST_LISTED
        else np.flatnonzero(mask[place * STRETCH : (place + 1) * STRETCH]).astype("<u2").tobytes()
        for place in kept.tolist()
    ]
    return _bitmap(kept + first_row // STRETCH, held[kept], stretches)


def bitmap_of_ordered_rows(rows: NDArray[np.uint32]) -> BitMap:
    """A bitmap of rows that only grow: only the stretches that hold some are looked at."""
    if not len(rows):
        return BitMap()
    of_stretch = rows >> np.uint32(STRETCH_BITS)
    begins = np.flatnonzero(np.append(True, of_stretch[1:] != of_stretch[:-1]))
    held = np.diff(np.append(begins, len(rows)))
    listed = (rows & np.uint32(STRETCH - 1)).astype("<u2")
    stretches = [
        listed[begin : begin + many].tobytes()
        if many <= _MOST_LISTED
        else np.packbits(_held(listed[begin : begin + many]), bitorder="little").tobytes()
        for begin, many in zip(begins.tolist(), held.tolist(), strict=True)
    ]
    return _bitmap(of_stretch[begins].astype(np.int64), held, stretches)


def _held(listed: NDArray[np.uint16]) -> NDArray[np.bool_]:
    mask = np.zeros(STRETCH, dtype=np.bool_)
    mask[listed] = True
    return mask


def _bitmap(keys: NDArray[np.int64], held: NDArray[np.int64], stretches: list[bytes]) -> BitMap:
    return BitMap.deserialize(_header(keys, held) + b"".join(stretches))


def _header(keys: NDArray[np.int64], held: NDArray[np.int64]) -> bytes:
    described = np.stack([keys, held - 1], axis=1).astype("<u2")
    sizes = np.where(held > _MOST_LISTED, STRETCH // 8, held * 2)
    places = 8 + 8 * len(keys) + np.concatenate([[0], np.cumsum(sizes)[:-1]])
    counts = struct.pack("<II", _NO_RUNS, len(keys))
    return counts + described.tobytes() + places.astype("<u4").tobytes()


def rows_of(bitmap: BitMap) -> NDArray[np.uint32]:
    """The rows of a bitmap, in order; not to be written to."""
    return np.frombuffer(bitmap.to_array(), dtype=np.uint32)


def bitmap_of_rows(rows: NDArray[np.uint32]) -> BitMap:
    """A bitmap of rows in any order."""
    if len(rows) < STRETCH:
        return BitMap(rows)
    mask = np.zeros(int(rows.max()) + 1, dtype=np.bool_)
    mask[rows] = True
    return bitmap_of_mask(mask)


def mask_of(bitmap: BitMap, size: int) -> NDArray[np.bool_]:
    """True at each row of the bitmap, of `size` rows."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[rows_of(bitmap)] = True
    return mask
