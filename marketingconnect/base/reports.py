"""What became of each row of a supplier's file that is not in the base as it came."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from marketingconnect.base.consumers.folders import folder_of
from marketingconnect.base.consumers.reasons import CHANNEL, COLUMN, DUPLICATE, REFUSED
from marketingconnect.base.engine import parquet
from marketingconnect.base.models import SupplierLoad

_AT_ONCE = 20_000


def left_out(load: SupplierLoad) -> Iterator[tuple[int | None, str, str, str]]:
    """Line, column, code and reason in French of rows refused, without a channel, or merged.

    Columns are named as the file does. A reach that went to another person has no line.
    """
    folder = folder_of(load.supplier.number, load.sha256)
    sources = [
        f"SELECT line, {channel} AS channel, reason FROM {parquet(files)}"  # noqa: S608
        for files, channel in (
            (folder.refused, "channel"),
            (str(folder.duplicates), "''"),
            (str(folder.raw / "cut.parquet"), "''"),
        )
        if list(Path(files).parent.glob(Path(files).name))
    ]
    if not sources:
        return
    with duckdb.connect(config={"threads": 1}) as connection:
        found = connection.execute(
            f"{' UNION ALL '.join(sources)} ORDER BY line NULLS LAST, reason"
        )
        while rows := found.fetchmany(_AT_ONCE):
            for line, channel, reason in rows:
                yield line, _column(load, channel, reason), reason, _words(reason)


def _column(load: SupplierLoad, channel: str, reason: str) -> str:
    name = COLUMN.get(reason, "")
    if channel:
        name = {"post": "line4"}.get(channel, channel)
    return str(load.mapping.get(name, name))


def _words(reason: str) -> str:
    return {**REFUSED, **CHANNEL, **DUPLICATE}.get(reason, reason)
