"""The beginnings of the digests under which each row could be opposed, sorted.

An opposition is known by its keyed hash alone. The hash of every address of the release under
each list's key is made once, so that one opposition is found in microseconds and a million in one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from marketingconnect.base import hashing
from marketingconnect.base.hashing import ENTRY, SHARES, HashedList, HashJob
from marketingconnect.base.index.fields import DIGESTS_FOLDER
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.suppression.identities import sql_postal_identity
from marketingconnect.suppression.keys import hash_beginnings, readable_versions
from marketingconnect.suppression.models import Channel as Opposed
from marketingconnect.suppression.models import Scope

Prefixes = NDArray[np.uint64]
Rows = NDArray[np.uint32]

OPPOSED_ON: Final = {
    Channel.POST: (Opposed.POST,),
    Channel.PHONE: (Opposed.PHONE,),
    Channel.MOBILE: (Opposed.SMS, Opposed.PHONE),
    Channel.EMAIL: (Opposed.EMAIL,),
}
"""The lists that bind each channel: a mobile is neither written to nor called against either."""
SCOPES: Final = (Scope.OPERATOR, Scope.EVERYONE)
_NAMES: Final = {
    Population.CONSUMERS: "concat_ws(' ', last_name, first_name)",
    Population.PROFESSIONALS: "name",
}
_ROWS_A_JOB: Final = 1 << 21
_ALONE: Final = 300_000
"""Up to so many rows, other processes would take longer to start than to hash."""
_MEMORY: Final = "400MB"


@dataclass(frozen=True, slots=True)
class OppositionList:
    """One list of oppositions, under one key, against one channel of the base."""

    channel: Channel
    opposed: str
    scope: str
    version: int

    @property
    def name(self) -> str:
        return f"{self.channel.value}-{self.opposed}-{self.scope}-{self.version}"


def lists_of(channel: Channel) -> list[OppositionList]:
    """Every list that binds a channel, under every key that can still be read."""
    return [
        OppositionList(channel, opposed.value, scope.value, version)
        for opposed in OPPOSED_ON[channel]
        for scope in SCOPES
        for version in readable_versions()
    ]


def address_expression(population: Population, channel: Channel) -> str:
    """The SQL of the one spelling of an address of a release."""
    if channel is Channel.POST:
        return sql_postal_identity(_NAMES[population], "line4", "postal_code", "town")
    return channel.value


def write_digests(source: str, population: Population, rows: int, folder: Path) -> list[str]:
    """Write the digests of every channel below `folder`; returns the names of the lists."""
    target = folder / DIGESTS_FOLDER
    target.mkdir()
    jobs = list(_jobs(source, population, rows, target))
    if rows <= _ALONE:
        for job in jobs:
            hashing.run(job)
    else:
        # Children begin anew: forking a process that has threads of DuckDB could stop them dead.
        with get_context("spawn").Pool(settings.BASE_THREADS) as pool:
            for _ in pool.imap_unordered(hashing.run, jobs):
                pass
    names = [each.name for channel in Channel for each in lists_of(channel)]
    for name in names:
        _sort(target, name)
    return names


def _jobs(source: str, population: Population, rows: int, target: Path) -> Iterator[HashJob]:
    """One a channel and stretch of rows, each with files of its own."""
    for channel in Channel:
        query = (
            f"SELECT row_no, encode(address) AS address FROM (SELECT row_no,"  # noqa: S608
            f" {address_expression(population, channel)} AS address FROM {source}"
            f" WHERE {channel.value}_supplier > 0 AND row_no >= ? AND row_no < ?)"
            " WHERE address <> ''"
        )
        for number, first in enumerate(range(0, rows, _ROWS_A_JOB)):
            lists = tuple(_hashed(each, target, number) for each in lists_of(channel))
            yield HashJob(query, first, min(first + _ROWS_A_JOB, rows), lists, _MEMORY)


def _hashed(each: OppositionList, target: Path, number: int) -> HashedList:
    first, second = hash_beginnings(
        channel=each.opposed, scope=each.scope, company_id=0, version=each.version
    )
    return HashedList(first, second, str(target / f".{each.name}.{number}"))


def _sort(folder: Path, name: str) -> None:
    """All entries of a list, a share at a time, into one file of prefixes and one of rows."""
    shares = [sorted(folder.glob(f".{name}.*.{share}")) for share in range(SHARES)]
    total = sum(path.stat().st_size for paths in shares for path in paths) // ENTRY.itemsize
    with (
        (folder / f"{name}.prefix.npy").open("wb") as prefixes,
        (folder / f"{name}.row.npy").open("wb") as rows,
    ):
        _begin(prefixes, "<u8", total)
        _begin(rows, "<u4", total)
        for paths in shares:
            pieces = [np.fromfile(path, dtype=ENTRY) for path in paths]
            entries = np.concatenate([np.empty(0, dtype=ENTRY), *pieces])
            order = np.argsort(entries["prefix"], kind="stable")
            prefixes.write(entries["prefix"][order].tobytes())
            rows.write(entries["row"][order].tobytes())
            for path in paths:
                path.unlink()


def _begin(stream: Any, kind: str, length: int) -> None:
    header = {"descr": kind, "fortran_order": False, "shape": (length,)}
    np.lib.format.write_array_header_1_0(stream, header)


class DigestTable:
    """The rows of one list, looked up by the beginnings of digests."""

    def __init__(self, folder: Path, name: str) -> None:
        place = folder / DIGESTS_FOLDER / name
        self._prefixes: Prefixes = np.load(f"{place}.prefix.npy", mmap_mode="r")
        self._rows: Rows = np.load(f"{place}.row.npy", mmap_mode="r")

    def rows_of(self, prefixes: Prefixes) -> Rows:
        """Every row that has one of these beginnings (`uint64`, big end first), in any order."""
        wanted = np.unique(prefixes.astype(np.uint64))
        first = np.searchsorted(self._prefixes, wanted, side="left")
        last = np.searchsorted(self._prefixes, wanted, side="right")
        met = last > first
        return np.concatenate([np.empty(0, dtype=np.uint32), *self._between(first[met], last[met])])

    def _between(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> Iterator[Rows]:
        """The rows of each range: those of one row at once, the others one by one."""
        alone = last - first == 1
        yield np.asarray(self._rows[first[alone]])
        for start, end in zip(first[~alone].tolist(), last[~alone].tolist(), strict=True):
            yield np.asarray(self._rows[start:end])
