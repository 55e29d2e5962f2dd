"""Two small releases, indexed and published, with suppliers whose rights are in force.

The files are made once a worker, below a BASE_ROOT of their own; the rows of the database, and
what processes remember, are each test's. Mark those that use them with `ON_ONE_WORKER`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.base.index import ReleaseIndex, build
from marketingconnect.base.models import Release, RightOfUse, Supplier
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.targeting import desk
from marketingconnect.targeting.criteria import Condition, Criteria, Use
from marketingconnect.targeting.criteria.tree import All
from marketingconnect.terms.services import seed_law

ON_ONE_WORKER = pytest.mark.xdist_group("counting")
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ROWS = {Population.CONSUMERS: 15_000, Population.PROFESSIONALS: 10_000}
DEPARTEMENTS = ("2A", "48", "69", "974")
SUPPLIERS = range(1, 5)


@dataclass(frozen=True)
class Base:
    """What is published: a release of each population."""

    root: Path
    refs: Mapping[Population, ReleaseRef]
    indexes: Mapping[Population, ReleaseIndex]

    @property
    def consumers(self) -> ReleaseIndex:
        return self.indexes[Population.CONSUMERS]

    @property
    def professionals(self) -> ReleaseIndex:
        return self.indexes[Population.PROFESSIONALS]


def release_name(population: Population) -> str:
    return f"{population.value}-2026-11-25-01"


def asking(
    *where: Condition,
    population: Population = Population.CONSUMERS,
    channel: Channel = Channel.POST,
) -> Criteria:
    """Criteria of these conditions, for the rental of addresses."""
    return Criteria(population, channel, Use.RENTAL, All(where))


@pytest.fixture(scope="session")
def indexed_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BASE_ROOT with both releases and their indexes."""
    from bench.releases import make_release

    root = tmp_path_factory.mktemp("base")
    for population, rows in ROWS.items():
        folder = root / population.value / release_name(population)
        folder.parent.mkdir()
        make_release(folder, population, rows=rows, departements=DEPARTEMENTS, tombstones=20)
        build(folder)
    return root


@pytest.fixture(scope="session")
def indexes(indexed_releases: Path) -> Mapping[Population, ReleaseIndex]:
    return {
        population: ReleaseIndex(indexed_releases / population.value / release_name(population))
        for population in Population
    }


@pytest.fixture
def base(
    db: None,
    settings: Settings,
    indexed_releases: Path,
    indexes: Mapping[Population, ReleaseIndex],
) -> Base:
    """Both releases published, four suppliers with every right, the law of today."""
    settings.BASE_ROOT = indexed_releases
    desk.office.cache_clear()
    seed_law(NOW)
    make_suppliers()
    return Base(indexed_releases, publish(indexes), indexes)


def publish(indexes: Mapping[Population, ReleaseIndex]) -> dict[Population, ReleaseRef]:
    """Rows of the database that say the releases are in use."""
    for population, index in indexes.items():
        Release.objects.create(
            name=index.name,
            population=population,
            state=ReleaseState.PUBLISHED,
            as_of=TODAY,
            vintage=date(2026, 11, 1),
            started_at=NOW,
            built_at=NOW,
            published_at=NOW,
            rows=index.rows,
            manifest_sha256="0" * 64,
        )
    found = {population: published_release(population) for population in Population}
    return {population: ref for population, ref in found.items() if ref is not None}


def make_suppliers() -> None:
    """Suppliers 1 to 4, each with a right on every channel, for every use, for ever."""
    for number in SUPPLIERS:
        supplier, _ = Supplier.objects.get_or_create(
            number=number, defaults={"name": f"Fournisseur {number}", "registered_at": NOW}
        )
        supplier.rights.all().delete()
        for population in Population:
            RightOfUse.objects.create(
                supplier=supplier,
                population=population,
                channels=[channel.value for channel in Channel],
                purposes=[purpose.value for purpose in Purpose],
                starts_on=date(2020, 1, 1),
                contract_reference="ESSAI",
                granted_at=NOW,
            )
