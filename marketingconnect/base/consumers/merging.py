"""One record a person, out of every active file: the latest word on each channel is kept.

Two rows are one person with the same name at the same address, or with the same name and the
same e-mail or mobile: then the address is the latest one. An e-mail or a mobile stays with one
person only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from marketingconnect.base.consumers.finishing import CLEAN
from marketingconnect.base.engine import COPY_OPTIONS, DuckDB, parquet, quoted
from marketingconnect.base.schema import INPUT_COLUMNS
from marketingconnect.base.vocabulary import Channel, Population

PEOPLE: Final = "people.parquet"
DUPLICATES: Final = "duplicates.parquet"
_OF_THE_ADDRESS: Final = ("housing", "tenure", "income_band")
_OF_THE_PERSON: Final = ("civility", "sex", "age_band")
_FIXED: Final = (Channel.POST, Channel.PHONE)
"""Channels that stay where the address is."""
_UNIQUE: Final = (Channel.EMAIL, Channel.MOBILE)


@dataclass(frozen=True, slots=True)
class LoadedRows:
    """The rows of one active file; `order` ranks files from the oldest delivery."""

    id: int
    supplier: int
    order: int
    files: str
    """A pattern of Parquet files."""


def merge_people(
    connection: DuckDB, loads: Sequence[LoadedRows], *, withdrawn: str, folder: Path
) -> None:
    """Write `people.parquet` and `duplicates.parquet` in `folder`.

    `withdrawn` is a SELECT of record_key and since (a date): a person whose latest proof is not
    later than its withdrawal is left out.
    """
    _gather(connection, loads)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE withdrawn AS {withdrawn}")
    _link(connection)
    _rank(connection)
    _settle(connection, folder)
    _write_duplicates(connection, folder)


def _gather(connection: DuckDB, loads: Sequence[LoadedRows]) -> None:
    """The view `gathered`: the rows of every file, each with how fresh it is, unique."""
    latest = "greatest(" + ", ".join(f"{channel}_on" for channel in Channel) + ")"
    parts = [
        f"SELECT {load.id} AS load, CAST({load.supplier} AS USMALLINT) AS supplier,"
        f" (CAST({latest} AS BIGINT) << 47) + ({load.order}::BIGINT << 32)"
        f" + (4294967295 - line) AS freshness, * FROM read_parquet({quoted(load.files)})"
        for load in loads
    ]
    connection.execute(f"CREATE OR REPLACE TEMP VIEW gathered AS {' UNION ALL '.join(parts)}")


def _link(connection: DuckDB) -> None:
    """The table `moved`: record key -> the key of the same person at its latest address."""
    links: list[tuple[int, int]] = []
    for channel in _UNIQUE:
        links += connection.execute(f"""
            WITH known AS (SELECT DISTINCT name_key, {channel} AS reach, record_key,
                max(freshness) AS freshness FROM gathered WHERE {channel}_form > 0
                GROUP BY ALL),
            best AS (SELECT name_key, reach, arg_max(record_key, freshness) AS best
                FROM known GROUP BY ALL HAVING count(*) > 1)
            SELECT record_key, best FROM known JOIN best USING (name_key, reach)
            WHERE record_key <> best""").fetchall()
    connection.execute("CREATE OR REPLACE TEMP TABLE linked (record_key BIGINT, anchor BIGINT)")
    anchors = _components(links)
    _insert(connection, "linked", anchors.items())
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE moved AS
        WITH fresh AS (SELECT record_key, anchor, max(freshness) AS freshness
            FROM linked JOIN gathered USING (record_key) GROUP BY ALL)
        SELECT record_key, first_value(record_key) OVER
            (PARTITION BY anchor ORDER BY freshness DESC) AS person FROM fresh""")


def _components(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Each key of a chain of links -> one key of that chain (union and find)."""
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while (above := parent.setdefault(key, key)) != key:
            parent[key] = parent[above]
            key = above
        return key

    for one, other in links:
        parent[root(one)] = root(other)
    return {key: root(key) for key in list(parent)}


def _insert(connection: DuckDB, table: str, rows: Iterable[tuple[int, int]]) -> None:
    pairs = np.array(list(rows), dtype=np.int64).reshape(-1, 2)
    connection.register("pairs", {"one": pairs[:, 0].copy(), "other": pairs[:, 1].copy()})
    connection.execute(f"INSERT INTO {table} SELECT one, other FROM pairs")
    connection.unregister("pairs")


def _rank(connection: DuckDB) -> None:
    """The table `persons`: how many rows each has, its freshest one, unless it has withdrawn."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE persons AS
        SELECT coalesce(m.person, g.record_key) AS person, count(*) AS rows,
            max(g.freshness) AS freshest
        FROM gathered g LEFT JOIN moved m USING (record_key) GROUP BY ALL""")
    connection.execute("""
        DELETE FROM persons USING (
            SELECT coalesce(m.person, w.record_key) AS gone, max(since) AS since
            FROM withdrawn w LEFT JOIN moved m USING (record_key) GROUP BY gone) w
        WHERE person = w.gone
            AND DATE '2000-01-01' + CAST(freshest >> 47 AS INTEGER) <= w.since""")


def _settle(connection: DuckDB, folder: Path) -> None:
    """People of one row as they are, the others merged; then each address to one person."""
    fields = _columns()
    alone = ", ".join(_alone(name) for name in fields)
    merged = ", ".join(_merged(name) for name in fields)
    people = f"""
        SELECT {alone} FROM gathered g JOIN persons p
            ON p.person = g.record_key AND p.rows = 1
        UNION ALL SELECT {", ".join(fields)} FROM (
            SELECT {merged} FROM (SELECT g.*, p.person, p.freshest FROM gathered g
                LEFT JOIN moved m USING (record_key)
                JOIN persons p ON p.person = coalesce(m.person, g.record_key) AND p.rows > 1)
            GROUP BY person)"""
    draft = folder / "draft.parquet"
    connection.execute(f"COPY ({people}) TO {quoted(draft)} (FORMAT parquet, COMPRESSION lz4)")
    _keep_each_reach_once(connection, draft)
    closed = {
        channel: f"{channel} <> '' AND d.record_key IN (SELECT record_key FROM lost_{channel})"
        for channel in _UNIQUE
    }
    shown = ", ".join(_shown(name, closed) for name in fields)
    opened = " + ".join(f"CAST({channel}_supplier > 0 AS BIGINT)" for channel in Channel)
    connection.execute(
        f"COPY (SELECT *, CAST(sum(opened) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        f" - opened AS BIGINT) AS proofs_before FROM (SELECT *, {opened} AS opened"
        f" FROM (SELECT {shown} FROM {parquet(draft)} d)) WHERE opened > 0)"
        f" TO {quoted(folder / PEOPLE)} (FORMAT parquet, COMPRESSION lz4)"
    )
    draft.unlink()


def _columns() -> tuple[str, ...]:
    """CLEAN without its line, each channel with its supplier and the file of its proof."""
    extra = [f"{channel}_{part}" for channel in Channel for part in ("supplier", "load")]
    return (*[name for name in CLEAN if name != "line"], *extra)


def _alone(name: str) -> str:
    for channel in Channel:
        if name == f"{channel}_supplier":
            return f"CASE WHEN {channel}_form > 0 THEN supplier ELSE 0::USMALLINT END AS {name}"
        if name == f"{channel}_load":
            return f"load AS {name}"
    return f"g.{name}"


def _merged(name: str) -> str:
    """How the rows of a person give one value."""
    for channel in Channel:
        if name == channel or name.startswith(f"{channel}_"):
            source = {f"{channel}_supplier": "supplier", f"{channel}_load": "load"}.get(name, name)
            place = " AND record_key = person" if channel in _FIXED else ""
            latest = f"arg_max({source}, (CAST({channel}_on AS HUGEINT) << 64) + freshness)"
            empty = "''" if CLEAN.get(name) == "VARCHAR" else "0"
            return f"coalesce({latest} FILTER ({channel}_form > 0{place}), {empty}) AS {name}"
    if name in _OF_THE_ADDRESS:
        return _first_told(name, " AND record_key = person")
    if name in _OF_THE_PERSON:
        return _first_told(name, "")
    if name == "record_key":
        return "person AS record_key"
    return f"arg_max({name}, freshness) AS {name}"


def _first_told(name: str, place: str) -> str:
    return f"coalesce(arg_max({name}, freshness) FILTER ({name} > 0{place}), 0) AS {name}"


def _keep_each_reach_once(connection: DuckDB, draft: Path) -> None:
    """The tables `lost_email` and `lost_mobile`: who must let an address to a later person."""
    for channel in _UNIQUE:
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE lost_{channel} AS
            WITH shared AS (SELECT {channel} AS reach,
                    arg_max(record_key, (CAST({channel}_on AS HUGEINT) << 64) + record_key) AS owner
                FROM {parquet(draft)} WHERE {channel} <> '' GROUP BY reach HAVING count(*) > 1)
            SELECT record_key, {channel}_load AS load FROM {parquet(draft)} d
            JOIN shared s ON d.{channel} = s.reach WHERE record_key <> s.owner""")


def _shown(name: str, closed: dict[Channel, str]) -> str:
    for channel, lost in closed.items():
        if name == channel or name.startswith(f"{channel}_"):
            empty = "''" if CLEAN.get(name) == "VARCHAR" else "0"
            kind = CLEAN.get(name) or ("USMALLINT" if name.endswith("_supplier") else "INTEGER")
            return f"CAST(CASE WHEN {lost} THEN {empty} ELSE {name} END AS {kind}) AS {name}"
    return name


def _write_duplicates(connection: DuckDB, folder: Path) -> None:
    """Every row that is not the freshest of its person, and why; lost addresses too."""
    target = folder / DUPLICATES
    lost = " UNION ALL ".join(
        f"SELECT load, CAST(NULL AS BIGINT) AS line, 'shared_{channel}' AS reason,"
        f" record_key AS kept_as FROM lost_{channel}"
        for channel in _UNIQUE
    )
    connection.execute(f"""
        COPY (WITH ranked AS (
            SELECT g.load, g.line, g.record_key, p.person, g.freshness, p.freshest
            FROM gathered g LEFT JOIN moved m USING (record_key)
            JOIN persons p ON p.person = coalesce(m.person, g.record_key) AND p.rows > 1),
        freshest AS (SELECT person, load AS best FROM ranked WHERE freshness = freshest)
        SELECT load, line, CASE WHEN record_key <> person THEN 'moved'
            WHEN load = best THEN 'same_file' ELSE 'other_supplier' END AS reason,
            person AS kept_as
        FROM ranked JOIN freshest USING (person) WHERE freshness <> freshest
        UNION ALL {lost}) TO {quoted(target)} ({COPY_OPTIONS})""")


def release_rows(people: Path) -> str:
    """The SELECT of a release's rows out of `people.parquet`."""
    numbers = {}
    before = "proofs_before"
    for channel in Channel:
        is_open = f"{channel}_supplier > 0"
        numbers[f"{channel}_proof"] = f"CASE WHEN {is_open} THEN {before} + 1 ELSE 0 END"
        before = f"{before} + CAST({is_open} AS BIGINT)"
    columns = INPUT_COLUMNS[Population.CONSUMERS]
    chosen = ", ".join(
        f"CAST({numbers.get(name, name)} AS {kind}) AS {name}" for name, kind in columns.items()
    )
    return f"SELECT {chosen} FROM {parquet(people)}"


def release_proofs(people: Path, forms: Path) -> str:
    """The SELECT of the proofs of `people.parquet`, in the order of their numbers.

    Forms are looked up in one map: a join would not keep the order.
    """
    each = ", ".join(
        f"{{'supplier': {channel}_supplier, 'channel': {channel.number}::UTINYINT,"
        f" 'day': {channel}_on, 'form': {channel}_form, 'hash': {channel}_hash}}"
        for channel in Channel
    )
    told = ("ground", "source", "reference", "version", "wording", "recipients")
    form = ", ".join(f"'{name}': {name}" for name in told)
    known = f"(SELECT map(list(id), list({{{form}}})) AS known FROM {parquet(forms)})"
    return f"""
        SELECT CAST(before + place AS UINTEGER) AS proof, one.supplier AS supplier,
            one.channel AS channel, form.ground AS ground,
            DATE '2000-01-01' + CAST(one.day AS INTEGER) AS collected_on, form.source AS source,
            form.reference AS form, form.version AS form_version, form.wording AS wording,
            form.recipients AS recipients, one.hash AS proof_hash
        FROM (SELECT before, place, one, known[one.form] AS form FROM (
            SELECT before, unnest(opened) AS one, generate_subscripts(opened, 1) AS place FROM (
                SELECT proofs_before AS before,
                    list_filter([{each}], lambda e: e.supplier > 0) AS opened
                FROM {parquet(people)})), {known})"""
