"""What is written for ClickHouse: nothing a person typed is read as SQL."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import Criteria, ValueIn
from marketingconnect.targeting.sql.clickhouse import Compiler, column, literal
from tests.targeting.clickhouse.contexts import context_of, criteria_of
from tests.targeting.clickhouse.stage import ON_ONE_WORKER, Releases

HOSTILE = [
    "' OR 1 --",
    "\\' OR 1 --",
    "\\",
    "a\\",
    "'); DROP TABLE t; --",
    "\0",
    "\n\r\t\b\v",
    "/* */",
    "’",
    "{x:String}",
    "\\x27",
    "\U0001d11e",
]
MODERN_ALONE = re.compile(r"\b(OVER|PARTITION|Nullable|WITH|QUALIFY)\b|\{\w+:", re.IGNORECASE)


class Written:
    """Sets as their own names, for statements that nobody runs."""

    def holds(self, role: str, rows: BitMap) -> str:
        return f"(row_no IN {role})"


def read_back(cluster: Cluster, text: str) -> str:
    answer = cluster.ask(f"SELECT hex({literal(text)})").decode().strip()
    return bytes.fromhex(answer).decode()


@ON_ONE_WORKER
@pytest.mark.parametrize("kind", ["one", "embedded"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_back_as_it_went(
    clusters: Mapping[str, Cluster], kind: str, text: str
) -> None:
    assert read_back(clusters[kind], text) == text


@ON_ONE_WORKER
def test_any_text_comes_back_as_it_went(clusters: Mapping[str, Cluster]) -> None:
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=20))
    def check(texts: list[str]) -> None:
        together = "concat(" + ", '\\0', ".join(map(literal, texts)) + ", '')"
        for kind in ("one", "embedded"):
            answer = clusters[kind].ask(f"SELECT hex({together})").decode().strip()
            assert bytes.fromhex(answer).decode() == "\0".join(texts)

    check()


def test_a_word_that_is_no_criterion_never_becomes_a_column() -> None:
    for name in ("row_no", "departement)", "1", "departement; DROP"):
        with pytest.raises(KeyError):
            column(name)


def test_numbers_are_written_as_whole_numbers_whatever_they_are() -> None:
    assert literal(True) == "1"
    assert literal(-5) == "-5"
    with pytest.raises(ValueError, match="invalid literal"):
        literal(_LooksLikeAText("1 OR 1"))  # type: ignore[arg-type]


class _LooksLikeAText:
    """Not a `str`, and no number either."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __int__(self) -> int:
        return int(self._text)


def compiled(criteria: Criteria, context: CountContext) -> list[str]:
    compiler = Compiler("base.release", criteria, context, Written())
    return [
        compiler.count().text,
        compiler.rows().text,
        compiler.selected().text,
        compiler.by("departement").text,
    ]


def test_no_statement_has_a_word_that_the_server_of_2018_lacks(small_releases: Releases) -> None:
    release = small_releases[Population.CONSUMERS]
    criteria = criteria_of(
        release,
        where={
            "any": [
                {"not": {"field": "departement", "in": ["69", "2A"]}},
                {"near": {"zone": 0, "x": 842000, "y": -5, "metres": 10000}},
                {"within": {"zone": 0, "points": [[0, 0], [9, 0], [4, 7]]}},
                {"reachable": "phone"},
            ]
        },
        one_per="household",
        quotas={"by": "departement", "limits": {"69": 1000, "2A": 0}},
        sample={"size": 50, "seed": 42},
    )

    for statement in compiled(criteria, context_of(release)):
        assert MODERN_ALONE.search(statement) is None


def test_quotes_in_a_tree_made_without_its_reader_stay_inside_their_text(
    small_releases: Releases,
) -> None:
    release = small_releases[Population.CONSUMERS]
    made = Criteria(
        criteria_of(release).population,
        criteria_of(release).channel,
        criteria_of(release).use,
        where=ValueIn("departement", ("69') OR (1", "\\")),
    )

    for statement in compiled(made, context_of(release)):
        assert "departement IN ('69\\') OR (1', '\\\\')" in statement


def test_groups_of_one_commune_are_not_merged_between_machines_and_companies_are(
    small_releases: Releases,
) -> None:
    consumers = small_releases[Population.CONSUMERS]
    professionals = small_releases[Population.PROFESSIONALS]

    def settings(release: object, group: str) -> Mapping[str, int]:
        found = consumers if release is consumers else professionals
        criteria = criteria_of(found, one_per=group)
        return Compiler("t", criteria, context_of(found), Written()).count().settings

    assert settings(consumers, "household") == {"distributed_group_by_no_merge": 1}
    assert settings(consumers, "address") == {"distributed_group_by_no_merge": 1}
    assert settings(professionals, "company") == {}
