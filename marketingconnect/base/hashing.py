"""Hash the addresses of a stretch of rows, in a process of its own: nothing of Django is here.

Python's SHA-256 runs twice as fast as DuckDB's; a process a processor makes up for its one thread.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

SHARES: Final = 16
"""Entries are shared out by their first four bits, to be sorted a share at a time."""
ENTRY: Final = np.dtype([("prefix", "<u8"), ("row", "<u4")])
_ROWS_AT_ONCE: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class HashedList:
    """One list: what is hashed before an address and before its hash, and where entries go."""

    first: bytes
    second: bytes
    path: str
    """Of the shares, without their number."""


@dataclass(frozen=True, slots=True)
class HashJob:
    """Rows `first_row` to `end_row`, excluded, of a query of `row_no` and `address` (BLOB)."""

    query: str
    first_row: int
    end_row: int
    lists: tuple[HashedList, ...]
    memory: str


def run(job: HashJob) -> None:
    """Write the entries of a job, each list in its sixteen shares."""
    settings: dict[str, Any] = {"threads": 1, "memory_limit": job.memory}
    with duckdb.connect(config=settings) as connection:
        for first in range(job.first_row, job.end_row, _ROWS_AT_ONCE):
            last = min(first + _ROWS_AT_ONCE, job.end_row)
            found = connection.execute(job.query, [first, last]).fetchnumpy()
            rows, addresses = found["row_no"], found["address"].tolist()
            for each in job.lists:
                _share_out(each.path, prefixes(addresses, each.first, each.second), rows)


def prefixes(addresses: Sequence[bytes], first: bytes, second: bytes) -> NDArray[np.uint64]:
    """The first eight bytes, big end first, of sha256(second + sha256(first + address))."""
    begin, finish = hashlib.sha256(first).copy, hashlib.sha256(second).copy
    digests = []
    for address in addresses:
        inner = begin()
        inner.update(address)
        outer = finish()
        outer.update(inner.digest())
        digests.append(outer.digest())
    words = np.frombuffer(b"".join(digests), dtype=">u8")
    return words[::4].astype(np.uint64)


def _share_out(path: str, found: NDArray[np.uint64], rows: NDArray[np.uint32]) -> None:
    entries = np.empty(len(found), dtype=ENTRY)
    entries["prefix"], entries["row"] = found, rows
    share_of = (entries["prefix"] >> np.uint64(60)).astype(np.uint8)
    entries = entries[np.argsort(share_of, kind="stable")]
    cuts = np.cumsum(np.bincount(share_of, minlength=SHARES))[:-1]
    for share, part in enumerate(np.split(entries, cuts)):
        with open(f"{path}.{share}", "ab") as stream:
            stream.write(part.tobytes())
