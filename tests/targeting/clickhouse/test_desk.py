"""The counting desk says the same from a cluster as from this machine, or that it cannot count."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from pytest_django import Settings

from marketingconnect.base.vocabulary import Population
from marketingconnect.config.ports import free_ports
from marketingconnect.targeting import desk
from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.criteria import Criteria, Group, Sample, ValueIn
from marketingconnect.targeting.desk import Answer, DeskError, Question
from marketingconnect.targeting.services import freeze_selection
from tests.targeting.clickhouse.servers import ClickHouseServer
from tests.targeting.clickhouse.stage import ON_ONE_WORKER
from tests.targeting.stage import NOW, TODAY, Base, asking

pytestmark = ON_ONE_WORKER
TARGETS = {
    Population.CONSUMERS: replace(
        asking(ValueIn("age_band", (3, 4, 5)), ValueIn("departement", ("2A", "69"))),
        one_per=Group.HOUSEHOLD,
        sample=Sample(400, 42),
    ),
    Population.PROFESSIONALS: replace(
        asking(ValueIn("naf", ("G", "56")), population=Population.PROFESSIONALS),
        one_per=Group.COMPANY,
    ),
}


def answer(criteria: Criteria, *, but_not: Criteria | None = None) -> Answer:
    question = Question(
        criteria=criteria,
        company_id=None,
        on=TODAY,
        by=("departement",),
        households=True,
        steps=True,
        but_not=but_not,
    )
    return replace(desk.ask(question), ms=0)


def count_on(settings: Settings, urls: str) -> None:
    settings.CLICKHOUSE_URLS = urls
    settings.CLICKHOUSE_CLUSTER = "shards"
    settings.CLICKHOUSE_DATABASE = "marketing_shards"
    desk.office.cache_clear()


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """The desk of this process goes back to counting here."""
    yield
    desk.office.cache_clear()


@pytest.fixture
def urls(clusters: Mapping[str, Cluster], two_servers: list[ClickHouseServer]) -> str:
    """Two shards that hold the releases in use."""
    return ";".join(server.url for server in two_servers)


@pytest.mark.parametrize("population", list(Population))
def test_the_answer_is_the_same_from_a_cluster(
    base: Base, settings: Settings, urls: str, population: Population
) -> None:
    criteria = TARGETS[population]
    other = replace(criteria, where=ValueIn("departement", ("69",)))
    but_not = other if population is Population.CONSUMERS else None
    here = answer(criteria, but_not=but_not)

    count_on(settings, urls)

    assert here.count > 0
    assert answer(criteria, but_not=but_not) == here


def test_a_selection_frozen_from_a_cluster_is_the_one_of_this_machine(
    base: Base, settings: Settings, urls: str
) -> None:
    criteria = TARGETS[Population.CONSUMERS]

    def frozen(order: str) -> str:
        selection = freeze_selection(
            criteria, company_id=None, order_reference=order, quantity=150, now=NOW
        )
        return selection.sha256

    here = frozen("C-1")
    count_on(settings, urls)

    assert frozen("C-2") == here


def test_a_cluster_that_nobody_runs_is_told_in_words(base: Base, settings: Settings) -> None:
    count_on(settings, f"http://127.0.0.1:{free_ports(1)[0]}")

    with pytest.raises(DeskError, match="Aucun chiffre partiel"):
        answer(TARGETS[Population.CONSUMERS])
    with pytest.raises(DeskError, match="Aucun chiffre partiel"):
        freeze_selection(
            TARGETS[Population.CONSUMERS],
            company_id=None,
            order_reference="C-3",
            quantity=10,
            now=NOW,
        )
