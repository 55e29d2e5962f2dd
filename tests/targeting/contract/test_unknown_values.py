"""What a release does not know is told alike: no date is between none, no code is in no list."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from marketingconnect.base.copies import SealedRelease
from marketingconnect.base.engine import parquet, quoted
from marketingconnect.base.schema import parts_of
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.counter import ClickHouseCounter, LoadedRelease
from marketingconnect.targeting.criteria import Between, Condition, Criteria, Not, Use, ValueIn
from marketingconnect.targeting.sql.duckdb import DuckDBCounter
from tests.targeting.clickhouse.contexts import context_of
from tests.targeting.clickhouse.stage import ON_ONE_WORKER, Releases, load

pytestmark = ON_ONE_WORKER
SOME_ARE_UNKNOWN = """
SELECT * REPLACE (
    CASE WHEN row_no % 3 = 0 THEN NULL ELSE created_on END AS created_on
) FROM {parts} ORDER BY row_no
"""
YEAR = Between("created_on", date(1990, 1, 1), date(2015, 12, 31))
CONDITIONS: list[Condition] = [
    YEAR,
    Not(YEAR),
    Between("created_on", None, date(2010, 6, 30)),
    Between("created_on", date(1900, 1, 1), None),
    ValueIn("naf25", ("G", "56")),
    Not(ValueIn("naf25", ("G", "56"))),
]


@pytest.fixture(scope="module")
def with_gaps(small_releases: Releases, tmp_path_factory: pytest.TempPathFactory) -> SealedRelease:
    """The release of establishments, a third without a date; some never had a code."""
    whole = small_releases[Population.PROFESSIONALS]
    folder = tmp_path_factory.mktemp("gaps") / "professionals-2026-11-25-02"
    folder.mkdir()
    with duckdb.connect() as connection:
        rows = SOME_ARE_UNKNOWN.format(parts=parquet(parts_of(whole.folder)))
        part = quoted(folder / "part-000.parquet")
        connection.execute(f"COPY ({rows}) TO {part} (FORMAT parquet)")
    return SealedRelease(folder.name, whole.population, folder, whole.rows)


@pytest.mark.parametrize("kind", ["shards", "embedded"])
def test_unknown_values_count_as_the_reference_says(
    clusters: Mapping[str, Cluster], with_gaps: SealedRelease, tmp_path: Path, kind: str
) -> None:
    load(clusters[kind], with_gaps, tmp_path)
    engine = ClickHouseCounter(clusters[kind], LoadedRelease(with_gaps.name, with_gaps.rows))
    reference = DuckDBCounter(with_gaps.folder, in_memory=True)
    context = context_of(with_gaps)

    for condition in CONDITIONS:
        criteria = Criteria(with_gaps.population, Channel.POST, Use.RENTAL, condition)
        assert engine.count(criteria, context) == reference.count(criteria, context) > 0
    everybody = Criteria(with_gaps.population, Channel.POST, Use.RENTAL)
    told = engine.by(everybody, context, "naf25_division")
    assert told == reference.by(everybody, context, "naf25_division")
    assert told[""] > 0
