"""From rows to full records, in the order of the base, checked once more as they leave (CGV B.5).

Whoever opposed, was withdrawn or lost their proof since the rows were chosen does not leave; a
number or an e-mail address that may not be used is left out of the record.
"""

# ruff: noqa: S608 - columns are checked against the layout of the release.

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.base.engine import DuckDB, duckdb_in, parquet
from marketingconnect.base.index.dead import dead_rows_query
from marketingconnect.base.index.masks import rows_of
from marketingconnect.base.queries import published_release, ref_of
from marketingconnect.base.releases.folders import population_folder
from marketingconnect.base.schema import COLUMNS, TOMBSTONES_FILE, parts_of
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.targeting.context import ChannelRight, CountContext
from marketingconnect.targeting.criteria import All, Criteria
from marketingconnect.targeting.desk import office
from marketingconnect.targeting.desk.office import Opened
from marketingconnect.targeting.files.batches import BATCH_ROWS, Batch
from marketingconnect.targeting.models import Selection
from marketingconnect.targeting.own_lists import opposed_by_own_list
from marketingconnect.targeting.selections.reading import rows_of_selection

Rows = NDArray[np.uint32]
_ROWS_AT_ONCE: Final = 40_960
_STRETCH: Final = 2_000_000
"""A query reads no more rows of the Parquet than this, however few are wanted of them."""
_MASKED: Final = (Channel.PHONE, Channel.MOBILE, Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What leaves: the rows that still may, and the right under which each channel is shown."""

    opened: Opened
    rows: Rows
    columns: tuple[str, ...]
    shown: dict[Channel, BitMap]
    """The rows whose number or address on a channel may be shown, for the columns asked."""
    rights: dict[Channel, ChannelRight]
    withdrawn: int
    """Rows chosen that may not leave any more."""

    def batches(self) -> Iterator[Batch]:
        """The records, a few thousand at a time."""
        with duckdb_in(population_folder(self.opened.ref.population)) as connection:
            source = parquet(parts_of(self.opened.ref.path))
            for piece in _pieces(self.rows):
                found = _read(connection, source, piece, self.columns)
                for channel, rows in self.shown.items():
                    _mask(found, channel, piece, rows)
                yield from _batches(found, len(piece))


def extract_selection(selection: Selection, columns: Sequence[str], *, on: date) -> Extraction:
    """CGV CL.4, B.5: the records of a frozen selection, from the release it was frozen in."""
    criteria = Criteria.from_json(selection.criteria)
    opened = office().opened_release(ref_of(selection.release))
    return extract(
        opened,
        rows_of_selection(selection),
        columns,
        channel=criteria.channel,
        use=criteria.use,
        on=on,
        company_id=selection.company_id,
    )


def extract(
    opened: Opened,
    rows: Rows,
    columns: Sequence[str],
    *,
    channel: Channel,
    use: Purpose,
    on: date,
    company_id: int | None = None,
) -> Extraction:
    """CGV B.5: what may leave of these rows that day, by this channel and for this use.

    `columns` are names of the layout. Raises KeyError for any other, DeskError when what is live
    cannot be read.
    """
    population = opened.ref.population
    names = tuple(_checked(name, population) for name in columns)
    criteria = Criteria(population, channel, use, where=All())
    context = opened.live.context(criteria, company_id=None, on=on)
    counter = opened.counter
    kept = BitMap(rows) & counter.select(criteria, context)
    kept = kept - _dead_since(opened)
    kept = kept - _opposed(opened, kept, channel, company_id)
    shown = {
        each: (counter.reachable(context, each) & kept)
        - _opposed(opened, counter.reachable(context, each) & kept, each, company_id)
        for each in _MASKED
        if any(_is_of(name, each) for name in names)
    }
    return Extraction(
        opened=opened,
        rows=rows_of(kept),
        columns=names,
        shown=shown,
        rights=_rights(context),
        withdrawn=len(rows) - len(kept),
    )


def _opposed(opened: Opened, rows: BitMap, channel: Channel, company_id: int | None) -> BitMap:
    return opposed_by_own_list(opened, rows_of(rows), channel=channel, company_id=company_id)


def _rights(context: CountContext) -> dict[Channel, ChannelRight]:
    return {channel: context.channel(channel).right for channel in Channel}


def _dead_since(opened: Opened) -> BitMap:
    """The rows that the release in use has withdrawn since this one was made."""
    population = opened.ref.population
    current = published_release(population)
    if current is None or current.id == opened.ref.id:
        return BitMap()
    tombstones = parquet(current.path / TOMBSTONES_FILE)
    rows = parquet(parts_of(opened.ref.path))
    with duckdb_in(population_folder(population)) as connection:
        found = connection.execute(dead_rows_query(rows, tombstones, population)).fetchnumpy()
    return BitMap(np.asarray(found["row_no"], dtype=np.uint32))


def _checked(name: str, population: Population) -> str:
    if name not in COLUMNS[population]:
        raise KeyError(name)
    return name


def _is_of(column: str, channel: Channel) -> bool:
    return column == channel.value or column.startswith(f"{channel.value}_")


def _pieces(rows: Rows) -> Iterator[Rows]:
    """Rows by a hundred thousand, or fewer when they are far apart."""
    start = 0
    while start < len(rows):
        end = min(start + _ROWS_AT_ONCE, len(rows))
        furthest = int(np.searchsorted(rows, int(rows[start]) + _STRETCH))
        end = min(end, max(furthest, start + 1))
        yield rows[start:end]
        start = end


def _read(connection: DuckDB, source: str, rows: Rows, columns: tuple[str, ...]) -> dict[str, Any]:
    connection.register("wanted", {"row_no": rows})
    selected = ", ".join(dict.fromkeys(("row_no", *columns)))
    found: dict[str, Any] = connection.execute(
        f"SELECT {selected} FROM {source} SEMI JOIN wanted USING (row_no)"
        " WHERE row_no >= ? AND row_no <= ? ORDER BY row_no",
        [int(rows[0]), int(rows[-1])],
    ).fetchnumpy()
    connection.unregister("wanted")
    if len(found["row_no"]) != len(rows):
        raise ValueError(f"{len(found['row_no'])} rows read instead of {len(rows)}")
    if "row_no" not in columns:
        del found["row_no"]
    return found


def _mask(found: dict[str, Any], channel: Channel, piece: Rows, shown: BitMap) -> None:
    """Empty the columns of a channel where it may not be used."""
    hidden = ~np.isin(piece, rows_of(shown & BitMap(piece)), assume_unique=True)
    for name, values in found.items():
        if _is_of(name, channel):
            values[hidden] = "" if name == channel.value else 0


def _batches(found: dict[str, Any], rows: int) -> Iterator[Batch]:
    for start in range(0, rows, BATCH_ROWS):
        end = min(start + BATCH_ROWS, rows)
        columns = {name: values[start:end].tolist() for name, values in found.items()}
        yield Batch(columns, end - start)
