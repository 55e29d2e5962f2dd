"""The index says what the Parquet says."""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pytest

from marketingconnect.base.engine import parquet
from marketingconnect.base.index import IndexMissingError, ReleaseIndex
from marketingconnect.base.index.digests import OPPOSED_ON, SCOPES, OppositionList
from marketingconnect.base.index.fields import MAPPED, NO_DATE, VALUES, value_name
from marketingconnect.base.index.masks import rows_of
from marketingconnect.base.schema import parts_of
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.suppression.identities import postal_identity, sql_postal_identity
from marketingconnect.suppression.keys import canonical, digester, newest_version
from tests.targeting.stage import ON_ONE_WORKER

pytestmark = ON_ONE_WORKER
Indexes = Mapping[Population, ReleaseIndex]


@pytest.fixture(params=list(Population))
def index(indexes: Indexes, request: pytest.FixtureRequest) -> ReleaseIndex:
    return indexes[request.param]


def asked(index: ReleaseIndex, query: str) -> list[tuple[object, ...]]:
    source = parquet(parts_of(index.release_folder))
    with duckdb.connect() as connection:
        rows: list[tuple[object, ...]] = connection.execute(query.format(source=source)).fetchall()
    return rows


def test_every_value_has_the_rows_that_have_it(index: ReleaseIndex) -> None:
    for field in (*VALUES[index.population], "post_supplier", "email_supplier"):
        for value, rows in asked(
            index, f"SELECT {field}, list(row_no ORDER BY row_no) FROM {{source}} GROUP BY 1"
        ):
            if value != 0 or not field.endswith("_supplier"):
                found = rows_of(index.bitmap(value_name(field, value))).tolist()
                assert found == rows, (field, value)


def test_every_place_has_the_rows_that_are_there(index: ReleaseIndex) -> None:
    for field in ("region", "departement", "epci", "commune", "iris"):
        for value, rows in asked(
            index, f"SELECT {field}, list(row_no ORDER BY row_no) FROM {{source}} GROUP BY 1"
        ):
            assert rows_of(index.runs(field).bitmap([value])).tolist() == rows, (field, value)


def test_mapped_columns_are_those_of_the_files(index: ReleaseIndex) -> None:
    for name in MAPPED[index.population]:
        shown = name
        if name == "created_on":
            shown = f"coalesce(date_diff('day', DATE '1970-01-01', created_on), {NO_DATE})"
        rows = asked(index, f"SELECT {shown} FROM {{source}} ORDER BY row_no")
        assert index.column(name).tolist() == [value for (value,) in rows], name


def test_records_are_found_by_their_keys(index: ReleaseIndex) -> None:
    rows = np.array([0, 17, index.rows - 1], dtype=np.uint32)
    keys = index.keys_of(rows)

    assert rows_of(index.rows_with_keys(keys)).tolist() == rows.tolist()
    assert not index.rows_with_keys(np.array([-5, 1], dtype=np.int64))
    assert index.rows_with_keys(np.empty(0, dtype=np.int64)) == index.bitmap("nobody")


def test_whoever_opposes_is_found_by_the_beginning_of_the_digest(index: ReleaseIndex) -> None:
    name = "name" if index.population is Population.PROFESSIONALS else "last_name||' '||first_name"
    people = asked(
        index,
        f"SELECT row_no, {name}, line4, postal_code, town, phone, mobile, email FROM {{source}}"
        " WHERE post_supplier > 0 AND phone <> '' AND email <> '' AND mobile <> '' LIMIT 20",
    )
    assert people
    for row, called, street, postal_code, town, phone, mobile, email in people:
        identity = postal_identity(str(called), str(street), str(postal_code), str(town))
        addresses = {
            Channel.POST: identity,
            Channel.PHONE: str(phone),
            Channel.MOBILE: str(mobile),
            Channel.EMAIL: str(email),
        }
        for channel, address in addresses.items():
            for opposed in OPPOSED_ON[channel]:
                assert canonical(opposed, address) == address
                for scope in SCOPES:
                    digest = digester(
                        channel=opposed, scope=scope, company_id=0, version=newest_version()
                    )(address)
                    name_of_list = OppositionList(channel, opposed, scope, newest_version()).name
                    prefix = np.array([int.from_bytes(digest[:8], "big")], dtype=np.uint64)
                    assert row in index.opposed_rows(name_of_list, prefix).tolist()


def test_a_stranger_opposes_nobody(index: ReleaseIndex) -> None:
    for name in index.lists:
        assert not len(index.opposed_rows(name, np.array([1, 2, 3], dtype=np.uint64)))


def test_withdrawn_records_are_marked(index: ReleaseIndex) -> None:
    assert len(index.bitmap("removed")) == 20
    keys = np.sort(index.keys_of(rows_of(index.bitmap("removed"))))
    assert keys.tolist() == index.column("tombstones").tolist()


def test_a_missing_or_older_index_says_what_to_do(index: ReleaseIndex, tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="manque"):
        ReleaseIndex(tmp_path)
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "directory.json").write_text(json.dumps({"format": 0}))
    with pytest.raises(IndexMissingError, match="autre format"):
        ReleaseIndex(tmp_path)


@pytest.mark.parametrize(
    "parts",
    [
        ("MARTIN JEAN", "12 RUE DES LILAS", "69001", "LYON"),
        ("Lefèvre-Œuvrard  Zoé", "3 bis, allée de l’Église", "97400", "Saint-Denis"),
        ("", "", "", ""),
        ("ÅSTRÖM ŁUKASZ", "1 RUE ß", "2A004", "AJACCIO\u00a0CEDEX"),
        ("O'BRIEN 中", "½ RUE İ", "00000", "Y"),
    ],
)
def test_files_and_people_spell_an_address_the_same(parts: tuple[str, str, str, str]) -> None:
    with duckdb.connect() as connection:
        query = f"SELECT {sql_postal_identity('$1', '$2', '$3', '$4')}"
        (spelled,) = connection.execute(query, list(parts)).fetchall()[0]

    assert spelled == postal_identity(*parts)
    assert spelled == "" or canonical("post", spelled) == spelled
