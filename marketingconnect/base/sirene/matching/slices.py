"""Match the two stages, a stretch of SIREN at a time, so that a country fits in the memory.

Files come sorted by SIREN, so that a stretch is a few pieces of each; were they not, each stretch
would read more, and find the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from marketingconnect.base.consumers.places import load_places
from marketingconnect.base.engine import DuckDB, duckdb_in, parquet, quoted
from marketingconnect.base.schema import INPUT_COLUMNS, select_list
from marketingconnect.base.sirene.matching.keys import has_true_key
from marketingconnect.base.sirene.matching.lines import (
    LINES,
    define,
    fit,
    line_columns,
    word_columns,
)
from marketingconnect.base.sirene.reading.sql import (
    CEASED,
    MASKED_UNIT,
    OPEN,
    OTHER_UNITS,
    USABLE_UNITS,
)
from marketingconnect.base.sirene.reading.staging import Counts, Say, Stage
from marketingconnect.base.vocabulary import SIRENE_SUPPLIER, Channel, Population
from marketingconnect.geography import find_commune

ROWS_AT_ONCE: Final = 300_000
FARTHEST: Final = 100_000
"""Metres: a point farther from its town hall is in another projection, or a mistake."""
_LAST_SIREN: Final = 1_000_000_000
_INPUT: Final = INPUT_COLUMNS[Population.PROFESSIONALS]
_NAF: Final = "'[0-9]{2}\\.[0-9]{2}[A-Z]'"
_TOLD: Final = {
    "sole_trader": "sole_trader",
    "head_office": "head_office",
    "has_trade_name": "has_trade_name",
    "without_naf": "naf = ''",
    "with_naf25": "naf25 <> ''",
    "without_point": "NOT is_located",
}
USABLE: Final = 0
_FATES: Final = {
    "usable": f"fate = {USABLE}",
    "orphans": "fate IS NULL",
    "of_hidden_units": f"fate = {MASKED_UNIT}",
    "of_ceased_units": f"fate = {CEASED}",
}


class RepeatedNumberError(Exception):
    """A SIRET or a SIREN that a stock has twice."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of the base, those that must not leave, and what was left out and why."""

    folder: Path
    counts: Counts
    post_on: int

    @property
    def rows(self) -> str:
        """SELECT of what the builder of releases takes."""
        values = {
            "record_key": "siret",
            "siret": "lpad(CAST(siret AS VARCHAR), 14, '0')",
            "siren": "lpad(CAST(siren AS VARCHAR), 9, '0')",
            "line2": "''",
            "iris": "''",
            "post_supplier": str(SIRENE_SUPPLIER),
            "post_on": str(self.post_on),
            "post_proof": "1",
        }
        for channel in Channel:
            if channel is not Channel.POST:
                values |= {f"{channel}_{part}": "0" for part in ("supplier", "on", "proof")}
                values[channel.value] = "''"
        chosen = ", ".join(f"{values.get(name, name)} AS {name}" for name in _INPUT)
        files = parquet(self.folder / "rows-*.parquet")
        return f"SELECT {select_list(_INPUT)} FROM (SELECT {chosen} FROM {files})"  # noqa: S608

    @property
    def withdrawn(self) -> str:
        """FROM clause over the SIRET of units that must not be used."""
        return parquet(self.folder / "withdrawn-*.parquet")


def match(
    establishments: Stage,
    units: Stage,
    *,
    folder: Path,
    post_on: int,
    say: Say,
    rows_at_once: int = ROWS_AT_ONCE,
) -> Matched:
    """Write the rows; stretches that an earlier run wrote are kept. Raises RepeatedNumberError.

    `post_on` is the day of the vintage, as the columns of the base count days.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    total: Counts = {}
    with duckdb_in(folder) as connection:
        connection.execute("SET preserve_insertion_order = false")
        define(connection)
        _load_communes(connection, establishments)
        bounds = _bounds(connection, establishments, rows_at_once)
        for number, (first, last) in enumerate(pairwise(bounds)):
            say(f"rapprochement : {number + 1} sur {len(bounds) - 1}")
            done = folder / f"slice-{number:04d}.json"
            if not done.exists():
                joined = _Joined(establishments, units, first, last)
                found = _write_slice(connection, folder, number, joined)
                partial = done.with_suffix(".partial")
                partial.write_text(json.dumps(found), encoding="utf-8")
                partial.rename(done)
            for reason, count in json.loads(done.read_text(encoding="utf-8")).items():
                total[reason] = total.get(reason, 0) + count
    return Matched(folder, total, post_on)


def _load_communes(connection: DuckDB, establishments: Stage) -> None:
    """Table `place`: every code that the stock holds, former ones too, with today's commune."""
    load_places(connection)
    codes = connection.execute(
        f"SELECT DISTINCT commune FROM {parquet(establishments.files(OPEN))}"  # noqa: S608
    ).fetchall()
    known = [(code, found.code) for (code,) in codes if code and (found := find_commune(code))]
    connection.execute("CREATE OR REPLACE TEMP TABLE code (told VARCHAR, commune VARCHAR)")
    if known:
        told = ", ".join(f"({quoted(old)}, {quoted(new)})" for old, new in known)
        connection.execute(f"INSERT INTO code VALUES {told}")  # noqa: S608
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE place AS SELECT * FROM code JOIN places USING (commune)"
    )


def _bounds(connection: DuckDB, establishments: Stage, rows_at_once: int) -> list[int]:
    """The SIREN that stretches start with, and one beyond the last."""
    stretches = max(1, -(-establishments.counts["open"] // rows_at_once))
    shares = [number / stretches for number in range(1, stretches)]
    found: list[int] = []
    if shares:
        (found,) = connection.execute(
            f"SELECT approx_quantile(siret // 100000, {shares})"  # noqa: S608
            f" FROM {parquet(establishments.files(OPEN))}"
        ).fetchone()
    return [0, *sorted(set(found)), _LAST_SIREN]


def _write_slice(connection: DuckDB, folder: Path, number: int, joined: "_Joined") -> Counts:
    """Write the usable rows of a stretch and those that are withdrawn; what was counted."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE numbers AS SELECT * FROM {joined.numbers}")  # noqa: S608
    _refuse_repeated(connection, joined)
    fates = connection.execute(
        f"SELECT {', '.join(f'count_if({when})' for when in _FATES.values())} FROM numbers"  # noqa: S608
    ).fetchone()
    found: Counts = dict(zip((*_FATES,), fates, strict=True))
    rows = folder / f"rows-{number:04d}.parquet"
    _copy(connection, _usable(joined, refused=False), rows)
    _copy(
        connection,
        f"SELECT siret FROM numbers WHERE fate = {MASKED_UNIT}",  # noqa: S608
        folder / f"withdrawn-{number:04d}.parquet",
    )
    told = connection.execute(
        f"SELECT count(*), {', '.join(f'count_if({when})' for when in _TOLD.values())}"  # noqa: S608
        f" FROM {parquet(rows)}"
    ).fetchone()
    found |= dict(zip(("kept", *_TOLD), told, strict=True))
    if found["kept"] < found["usable"]:
        reasons = (
            f"SELECT refusal, count(*) FROM ({_usable(joined, refused=True)}) GROUP BY refusal"  # noqa: S608
        )
        found |= dict(connection.execute(reasons).fetchall())
    return found


def _refuse_repeated(connection: DuckDB, joined: "_Joined") -> None:
    """A number twice would be one business counted and sold twice."""
    for key, digits, source in (
        ("siren", 9, joined.unit_numbers),
        ("siret", 14, "numbers"),
    ):
        twice = connection.execute(
            f"SELECT {key} FROM {source} GROUP BY {key} HAVING count(*) > 1 ORDER BY {key} LIMIT 1"  # noqa: S608
        ).fetchone()
        if twice:
            raise RepeatedNumberError(str(twice[0]).zfill(digits))


@dataclass(frozen=True, slots=True)
class _Joined:
    """FROM clauses over the open establishments of a stretch of SIREN and their units."""

    establishments: Stage
    units: Stage
    first: int
    last: int

    def _open(self, columns: str) -> str:
        return (
            f"(SELECT {columns}, CAST(siret // 100000 AS INTEGER) AS siren"  # noqa: S608
            f" FROM {parquet(self.establishments.files(OPEN))}"
            f" WHERE siret >= {self.first * 100000} AND siret < {self.last * 100000})"
        )

    def _unit(self, name: str, columns: str) -> str:
        return (
            f"(SELECT {columns} FROM {parquet(self.units.files(name))}"  # noqa: S608
            f" WHERE siren >= {self.first} AND siren < {self.last})"
        )

    @property
    def unit_numbers(self) -> str:
        """SIREN and fate of every unit, 0 for the usable ones."""
        usable = self._unit(USABLE_UNITS, f"siren, CAST({USABLE} AS UTINYINT) AS fate")
        return f"({usable} UNION ALL {self._unit(OTHER_UNITS, 'siren, fate')})"

    @property
    def numbers(self) -> str:
        """SIRET, SIREN and fate alone, of every open establishment."""
        return f"(SELECT * FROM {self._open('siret')} LEFT JOIN {self.unit_numbers} USING (siren))"  # noqa: S608

    @property
    def usable(self) -> str:
        """Everything about the usable ones, and their place."""
        unit = self._unit(USABLE_UNITS, "* RENAME (name AS u_name, usual_name AS u_usual_name)")
        return (
            f"(SELECT * FROM {self._open('*')} JOIN {unit} USING (siren))"  # noqa: S608
            " m LEFT JOIN place p ON p.told = m.commune"
        )


def _usable(joined: _Joined, *, refused: bool) -> str:
    """SELECT of the usable ones laid out, or of those that cannot be posted and why."""
    near = f"abs(m.x - p.x) <= {FARTHEST} AND abs(m.y - p.y) <= {FARTHEST}"
    words = f"""
        SELECT m.* EXCLUDE (commune, x, y), {_told(word_columns())},
            p.label, p.commune, p.departement, p.region, p.epci, p.zone,
            coalesce({near}, false) AS is_located, m.x AS m_x, m.y AS m_y, p.x AS p_x, p.y AS p_y,
            coalesce(regexp_full_match(activity, {_NAF}), false) AS is_shaped
        FROM {joined.usable}"""  # noqa: S608
    inner = f"""
        SELECT siret, siren, {_told(line_columns())}, commune, departement, region, epci, zone,
            is_located, CASE WHEN is_located THEN m_x ELSE p_x END AS x,
            CASE WHEN is_located THEN m_y ELSE p_y END AS y,
            CASE WHEN is_shaped AND nomenclature = 'NAFRev2' THEN activity ELSE '' END AS naf,
            CASE WHEN regexp_full_match(activity25, {_NAF}) THEN activity25
                 WHEN is_shaped AND nomenclature = 'NAF2025' THEN activity ELSE '' END AS naf25,
            coalesce(headcount, 'NN') AS headcount, coalesce(legal_form, '') AS legal_form,
            head_office, coalesce(legal_form = '1000', false) AS sole_trader, created_on,
            {has_true_key("siret", "siren")} AS true_key
        FROM ({words})"""  # noqa: S608
    refusal = (
        "CASE WHEN NOT true_key THEN 'key' WHEN commune IS NULL THEN 'place'"
        " WHEN NOT regexp_full_match(postal_code, '[0-9]{5}') THEN 'postal_code'"
        " WHEN name = '' THEN 'name' ELSE '' END"
    )
    nowhere = "line4 = '' AND line5 = ''"
    if refused:
        return f"SELECT {refusal} AS refusal FROM ({inner}) WHERE refusal <> ''"  # noqa: S608
    return f"""
        SELECT * EXCLUDE (true_key)
            REPLACE ({", ".join(f"{fit(line)} AS {line}" for line in LINES)}),
            trade_name <> '' AS has_trade_name,
            CAST(CASE WHEN {nowhere} THEN hash(siret) ELSE hash(line4, line5, postal_code) END >> 1
                 AS BIGINT) AS address_key
        FROM ({inner}) WHERE {refusal} = ''"""  # noqa: S608


def _told(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())


def _copy(connection: DuckDB, select: str, target: Path) -> None:
    partial = target.with_suffix(".partial")
    connection.execute(f"COPY ({select}) TO {quoted(partial)} (FORMAT parquet, COMPRESSION snappy)")
    partial.rename(target)


__all__ = ["Matched", "RepeatedNumberError", "match"]
