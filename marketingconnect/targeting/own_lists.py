"""People of the base whom a client's own list opposes: found exactly at the freeze and at the exit.

A client's list holds hashes under a key of its own, so that no two lists can be compared. The
index of the base has no digest under that key: the addresses of the rows chosen are hashed then,
a million a second, and only for clients who have such a list.
"""

# ruff: noqa: S608 - expressions of our own layout.

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.engine import duckdb_in, parquet
from marketingconnect.base.index.digests import OPPOSED_ON, address_expression
from marketingconnect.base.releases.folders import population_folder
from marketingconnect.base.schema import parts_of
from marketingconnect.base.vocabulary import Channel
from marketingconnect.suppression.queries import OwnList
from marketingconnect.targeting.desk.office import Opened

Rows = NDArray[np.uint32]
_AT_ONCE: Final = 40_960


def opposed_by_own_list(
    opened: Opened, rows: Rows, *, channel: Channel, company_id: int | None
) -> BitMap:
    """CGV B.5: those of `rows` that this client's own list opposes on a channel."""
    found = BitMap()
    if company_id is None or not len(rows):
        return found
    lists = [OwnList(channel=one.value, company_id=company_id) for one in OPPOSED_ON[channel]]
    lists = [one for one in lists if one]
    if not lists:
        return found
    for numbers, addresses in _addresses(opened, rows, channel):
        for one in lists:
            opposed = one.opposed(addresses)
            found |= BitMap(
                number
                for number, address in zip(numbers, addresses, strict=True)
                if address in opposed
            )
    return found


def _addresses(
    opened: Opened, rows: Rows, channel: Channel
) -> Iterator[tuple[list[int], list[str]]]:
    population = opened.ref.population
    address = address_expression(population, channel)
    ordered = np.sort(rows)
    with duckdb_in(population_folder(population)) as connection:
        source = parquet(parts_of(opened.ref.path))
        for start in range(0, len(ordered), _AT_ONCE):
            piece = ordered[start : start + _AT_ONCE]
            connection.register("wanted", {"row_no": piece})
            found = connection.execute(
                f"SELECT row_no, {address} AS address FROM {source} SEMI JOIN wanted USING (row_no)"
                " WHERE row_no >= ? AND row_no <= ?",
                [int(piece[0]), int(piece[-1])],
            ).fetchnumpy()
            connection.unregister("wanted")
            yield found["row_no"].tolist(), [str(one or "") for one in found["address"].tolist()]
