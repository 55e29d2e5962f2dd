"""Rows as plain bits, 64 a word: what a count of the whole country is made of.

A roaring bitmap is small and quick as long as a selection is local or rare. Over the whole country
each operation turns dense stretches into lists and back, and takes its time of the data; plain
words take the same time whatever they hold, four times less.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.index.masks import mask_of, rows_of

Words = NDArray[np.uint64]
BITS: Final = 64
_MANY: Final = 16
"""From one row in so many on, a mask of all rows is quicker than the rows one by one."""


def words_for(rows: int) -> int:
    """How many words hold so many rows; the bits after the last row are 0."""
    return -(-rows // BITS)


def words_of(bitmap: BitMap, rows: int) -> Words:
    """The rows of a bitmap, of `rows` in all."""
    if len(bitmap) * _MANY > rows:
        mask = mask_of(bitmap, words_for(rows) * BITS)
        return np.packbits(mask, bitorder="little").view(np.uint64)
    words = np.zeros(words_for(rows), dtype=np.uint64)
    flip(words, bitmap)
    return words


def flip(words: Words, bitmap: BitMap) -> None:
    """Change, in place, the bit of each row of a bitmap."""
    if not bitmap:
        return
    held = rows_of(bitmap)
    places = held // BITS
    begins = np.flatnonzero(np.append(True, places[1:] != places[:-1]))
    bits = np.left_shift(np.uint64(1), (held % BITS).astype(np.uint64))
    words[places[begins]] ^= np.bitwise_or.reduceat(bits, begins)


def words_of_ranges(ranges: Iterable[tuple[int, int]], rows: int) -> Words:
    """The rows of stretches: first row, and the row after the last."""
    words = np.zeros(words_for(rows), dtype=np.uint64)
    for start, end in ranges:
        _fill(words, start, end)
    return words


def _fill(words: Words, start: int, end: int) -> None:
    if start >= end:
        return
    first, last = start // BITS, (end - 1) // BITS
    head = ~np.uint64(0) << np.uint64(start % BITS)
    tail = ~np.uint64(0) >> np.uint64(BITS - 1 - (end - 1) % BITS)
    if first == last:
        words[first] |= head & tail
        return
    words[first] |= head
    words[first + 1 : last] = ~np.uint64(0)
    words[last] |= tail


def shifted(words: Words, step: int) -> Words:
    """Each row moved to the one `step` after it; those moved past the end may stay in the words."""
    whole, part = divmod(step, BITS)
    moved = np.zeros_like(words)
    if whole >= len(words):
        return moved
    source = words[: len(words) - whole]
    if not part:
        moved[whole:] = source
        return moved
    np.left_shift(source, np.uint64(part), out=moved[whole:])
    moved[whole + 1 :] |= source[:-1] >> np.uint64(BITS - part)
    return moved


def count(words: Words) -> int:
    """How many rows there are."""
    return int(np.bitwise_count(words).sum(dtype=np.int64))
