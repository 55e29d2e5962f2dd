"""The beginnings of the digests under which each row could be opposed, sorted.

An opposition is known by its keyed hash alone. The hash of every address of the release under
each list's key is made once, so that one opposition is found in microseconds and a million in one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from marketingconnect.base.engine import DuckDB
from marketingconnect.base.index.fields import DIGESTS_FOLDER
from marketingconnect.base.index.scanning import ROWS_AT_ONCE
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
_SHARES: Final = 16
_ENTRY: Final = np.dtype([("prefix", "<u8"), ("row", "<u4")])


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


def write_digests(
    connection: DuckDB, source: str, population: Population, rows: int, folder: Path
) -> list[str]:
    """Write the digests of every channel below `folder`; returns the names of the lists."""
    target = folder / DIGESTS_FOLDER
    target.mkdir()
    names: list[str] = []
    for channel in Channel:
        lists = lists_of(channel)
        writers = [_SortedWriter(target, each.name) for each in lists]
        query, keys = _query(source, population, channel, lists)
        for first in range(0, rows, ROWS_AT_ONCE):
            found = connection.execute(query, [*keys, first, first + ROWS_AT_ONCE]).fetchnumpy()
            for place, writer in enumerate(writers):
                writer.add(found[f"p{place}"], found["row_no"])
        for writer in writers:
            writer.close()
        names.extend(each.name for each in lists)
    return names


def _query(
    source: str, population: Population, channel: Channel, lists: list[OppositionList]
) -> tuple[str, list[bytes]]:
    keys: list[bytes] = []
    hashes = []
    for place, each in enumerate(lists):
        first, second = hash_beginnings(
            channel=each.opposed, scope=each.scope, company_id=0, version=each.version
        )
        keys += [second, first]
        digest = "sha256(CAST(? AS BLOB) || unhex(sha256(CAST(? AS BLOB) || encode(address))))"
        hashes.append(f"CAST('0x' || substr({digest}, 1, 16) AS UBIGINT) AS p{place}")
    address = address_expression(population, channel)
    return (
        f"SELECT row_no, {', '.join(hashes)} FROM (SELECT row_no, {address} AS address"  # noqa: S608
        f" FROM {source} WHERE {channel.value}_supplier > 0 AND row_no >= ? AND row_no < ?)"
        " WHERE address <> ''",
        keys,
    )


class _SortedWriter:
    """Entries shared out by their first bits on the disk, then sorted a share at a time."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._shares = [folder / f".{name}.{share}" for share in range(_SHARES)]

    def add(self, prefixes: Prefixes, rows: Rows) -> None:
        entries = np.empty(len(prefixes), dtype=_ENTRY)
        entries["prefix"], entries["row"] = prefixes, rows
        share_of = (entries["prefix"] >> np.uint64(60)).astype(np.uint8)
        entries = entries[np.argsort(share_of, kind="stable")]
        cuts = np.cumsum(np.bincount(share_of, minlength=_SHARES))[:-1]
        for path, part in zip(self._shares, np.split(entries, cuts), strict=True):
            with path.open("ab") as stream:
                stream.write(part.tobytes())

    def close(self) -> None:
        total = sum(path.stat().st_size for path in self._existing()) // _ENTRY.itemsize
        with (
            (self._folder / f"{self._name}.prefix.npy").open("wb") as prefixes,
            (self._folder / f"{self._name}.row.npy").open("wb") as rows,
        ):
            _begin(prefixes, "<u8", total)
            _begin(rows, "<u4", total)
            for path in self._existing():
                entries = np.fromfile(path, dtype=_ENTRY)
                order = np.argsort(entries["prefix"], kind="stable")
                prefixes.write(entries["prefix"][order].tobytes())
                rows.write(entries["row"][order].tobytes())
                path.unlink()

    def _existing(self) -> list[Path]:
        return [path for path in self._shares if path.exists()]


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
