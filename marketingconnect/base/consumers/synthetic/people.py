"""The people: households of one to six in real communes, by SQL, the same for the same seed."""

import math
from typing import Final

from marketingconnect.base.consumers.fallback import fill
from marketingconnect.base.consumers.synthetic.words import (
    BUILDINGS,
    DOMAINS,
    LANDLINE_PREFIXES,
    LONG_NAMES,
    MOBILE_PREFIX,
    STREET_KINDS,
    STREET_NAMES,
    landline_zone,
    weighted_names,
)
from marketingconnect.base.engine import DuckDB, quoted
from marketingconnect.geography import communes

_IRIS_FROM: Final = 10_000
_PEOPLE_PER_HOUSEHOLD: Final = 2.05
_MOBILES: Final = 9_000
_KINDS, _NAMES, _LONGS, _BUILDINGS = (
    f"[{', '.join(map(quoted, words))}]"
    for words in (STREET_KINDS, STREET_NAMES, LONG_NAMES, BUILDINGS)
)


def make_people(connection: DuckDB, rows: int, seed: int) -> None:
    """Make the table `people`: about `rows` adults, and a few minors."""
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO draw(i, salt) AS"
        f" (hash(i, salt, {seed}) >> 11) / 9007199254740992.0"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO pick(words, i, salt) AS"
        " words[1 + CAST(floor(draw(i, salt) * len(words)) AS INTEGER)]"
    )
    _load_communes(connection)
    for table, kind in (
        ("last_names", "all.last"),
        ("women", "female.first"),
        ("men", "male.first"),
    ):
        _load_weighted(connection, table, weighted_names(kind))
    _make_households(connection, math.ceil(rows / _PEOPLE_PER_HOUSEHOLD))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE people AS {_people(rows)}")


def _load_communes(connection: DuckDB) -> None:
    fill(
        connection,
        "told",
        ("code", "name", "label", "postal_codes", "population", "zone", "x", "y", "line"),
        (
            (c.code, c.name, c.label, " ".join(c.postal_codes), c.population, int(c.zone), c.x,
             c.y, landline_zone(c.region))
            for c in communes()
            if c.population > 0
        ),
    )  # fmt: skip
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE towns AS SELECT code, name, label,"
        " string_split(postal_codes, ' ') AS postal_codes, CAST(population AS DOUBLE) AS people,"
        " CAST(x AS INTEGER) AS x, CAST(y AS INTEGER) AS y, CAST(line AS INTEGER) AS line,"
        " (sum(CAST(population AS DOUBLE)) OVER (ORDER BY code) - CAST(population AS DOUBLE))"
        " / sum(CAST(population AS DOUBLE)) OVER () AS share FROM told ORDER BY code"
    )


def _load_weighted(connection: DuckDB, table: str, names: list[tuple[str, float]]) -> None:
    """A name for each draw: `share` is where its part of the draws begins."""
    total = sum(weight for _, weight in names)
    shares, before = [], 0.0
    for name, weight in names:
        shares.append((name, repr(before / total)))
        before += weight
    fill(connection, "told", ("name", "share"), shares)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS"
        " SELECT name, CAST(share AS DOUBLE) AS share FROM told ORDER BY share"
    )


def _make_households(connection: DuckDB, count: int) -> None:
    """The table `households`: each with its commune, its address and how it lives."""
    drawn = f"""
        SELECT CAST(h AS BIGINT) AS h, t.*, draw(h, 'flat') < least(0.9, 0.12 + people / 90000)
            AS is_flat,
            row_number() OVER (PARTITION BY code ORDER BY h) AS rank
        FROM (SELECT h, draw(h, 'town') AS u FROM range({count}) r(h)) d
        ASOF JOIN towns t ON d.u >= t.share"""
    placed = f"""
        SELECT *, code || '/' || CASE WHEN is_flat THEN 'b' || (rank // 9) ELSE 'h' || rank END
            AS place FROM ({drawn})"""
    street = (
        f"CASE WHEN draw(place, 'long') < 0.015 THEN pick({_LONGS}, place, 'name')"
        f" ELSE pick({_NAMES}, place, 'name') END"
    )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE households AS SELECT h, code, name AS town, label, line,
            is_flat, people AS town_people,
            pick(postal_codes, place, 'postcode') AS postal_code,
            CAST(1 + floor(pow(draw(place, 'number'), 2) * 140) AS INTEGER) ||
                CASE WHEN draw(place, 'bis') < 0.03 THEN ' bis' ELSE '' END ||
                CASE WHEN draw(place, 'comma') < 0.3 THEN ', ' ELSE ' ' END ||
                pick({_KINDS}, place, 'kind') || ' ' || {street} AS street,
            CASE WHEN is_flat AND draw(place, 'building') < 0.4
                THEN pick({_BUILDINGS}, place, 'which') ELSE '' END AS building,
            CASE WHEN is_flat THEN 'Appartement ' || (1 + rank % 9) ELSE '' END AS flat,
            CASE WHEN people >= {_IRIS_FROM} THEN code || lpad(CAST(101 +
                floor(draw(place, 'iris') * people / 2500) AS INTEGER)::VARCHAR, 4, '0')
                ELSE '' END AS iris,
            x + CAST((draw(place, 'dx') + draw(place, 'dx2') - 1)
                * least(6000, 9 * sqrt(people) + 250) AS INTEGER) AS x,
            y + CAST((draw(place, 'dy') + draw(place, 'dy2') - 1)
                * least(6000, 9 * sqrt(people) + 250) AS INTEGER) AS y,
            CASE WHEN draw(h, 'tenure') < CASE WHEN is_flat THEN 0.35 ELSE 0.8 END
                THEN 'propriétaire' ELSE 'locataire' END AS tenure,
            least(10, greatest(1, CAST(round(5.5 + 3.5 * (draw(code, 'rich') - 0.5)
                + 3 * (draw(place, 'rich') - 0.5)) AS INTEGER))) AS income,
            draw(h, 'surname') AS surname_draw, draw(h, 'size') AS size_draw,
            CAST(24 + floor(draw(h, 'age') * 64) AS INTEGER) AS age
        FROM ({placed})""")


def _people(rows: int) -> str:
    """Members of the households: one or two adults, then children, of whom some are grown up."""
    zones = f"[{', '.join(map(quoted, LANDLINE_PREFIXES))}]"
    domains = f"[{', '.join(map(quoted, DOMAINS))}]"
    member = """
        SELECT h.*, m, h * 8 + m AS i,
            CASE WHEN m = 1 THEN age WHEN m = 2 THEN greatest(20, age
                - CAST(floor(draw(h, 'gap') * 7) AS INTEGER) + 2)
            ELSE CAST(14 + floor(draw(h * 8 + m, 'child') * 14) AS INTEGER) END AS years,
            CASE WHEN m = 2 THEN draw(h, 'sex') >= 0.5 WHEN m = 1 THEN draw(h, 'sex') < 0.5
            ELSE draw(h * 8 + m, 'sex') < 0.5 END AS is_woman
        FROM households h, range(1, 7) r(m)
        WHERE m <= CASE WHEN size_draw < 0.37 THEN 1 WHEN size_draw < 0.69 THEN 2
            WHEN size_draw < 0.83 THEN 3 WHEN size_draw < 0.94 THEN 4
            WHEN size_draw < 0.985 THEN 5 ELSE 6 END"""
    told = f"SELECT * FROM ({member}) WHERE years >= 18 OR draw(i, 'minor') < 0.04"
    named = f"""
        SELECT p.*, l.name AS last_name FROM ({told}) p
        ASOF JOIN last_names l ON p.surname_draw >= l.share"""
    first = f"""
        SELECT p.*, f.name AS first_name FROM (SELECT *, draw(i, 'first') AS u FROM ({named})
            WHERE is_woman) p ASOF JOIN women f ON p.u >= f.share
        UNION ALL
        SELECT p.*, f.name AS first_name FROM (SELECT *, draw(i, 'first') AS u FROM ({named})
            WHERE NOT is_woman) p ASOF JOIN men f ON p.u >= f.share"""
    share = min(0.4, _MOBILES / max(rows, 1))
    return f"""
        SELECT *, CASE WHEN line >= 0 AND draw(h, 'fixed') < 0.6 THEN {zones}[1 + line]
                || lpad(CAST(floor(draw(h, 'digits') * 10000) AS INTEGER)::VARCHAR, 4, '0')
                ELSE '' END AS phone,
            CASE WHEN draw(i, 'mobile') < {share} THEN {quoted(MOBILE_PREFIX)} || lpad(
                (row_number() OVER (PARTITION BY draw(i, 'mobile') < {share} ORDER BY i)
                % 10000)::VARCHAR, 4, '0') ELSE '' END AS mobile,
            CASE WHEN draw(i, 'email') < 0.62 THEN lower(regexp_replace(strip_accents(first_name
                || '.' || last_name), '[^A-Za-z.]', '', 'g')) || i || '@'
                || pick({domains}, i, 'domain') ELSE '' END AS email
        FROM ({first})"""
