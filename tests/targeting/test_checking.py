"""Two thousand generated criteria: the bitmaps, SQL over the files, and the rows agree."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.vocabulary import Population
from marketingconnect.targeting.checking import cases, check, differences
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.engine import Counter
from marketingconnect.targeting.sql.duckdb import DuckDBCounter
from tests.targeting.stage import ON_ONE_WORKER

pytestmark = ON_ONE_WORKER
TREES_A_POPULATION = 1000
Indexes = Mapping[Population, ReleaseIndex]


@pytest.mark.parametrize("population", list(Population))
def test_every_generated_count_is_right(indexes: Indexes, population: Population) -> None:
    said: list[str] = []

    wrong = check(indexes[population], trees=TREES_A_POPULATION, seed=20_261_125, say=said.append)

    assert [(each.what, each.case.criteria.to_json()) for each in wrong[:3]] == []
    assert said


class Careless(Counter):
    """Forgets the right and the exclusions, as a change of the engine could."""

    def rows(self, criteria: Criteria, context: CountContext) -> NDArray[np.uint32]:
        return super().rows(replace(criteria, exclude=type(criteria.exclude)()), context)


def test_an_engine_that_forgets_an_exclusion_is_found_out(indexes: Indexes) -> None:
    index = indexes[Population.CONSUMERS]
    reference = DuckDBCounter(index.release_folder, in_memory=True)
    careless = Careless(index)

    found = [
        difference.what
        for case in cases(index, trees=60, seed=3)
        for difference in differences(index, careless, reference, case)
    ]

    assert any(what.startswith("rows:") for what in found)
    assert any(what.startswith("rows that are") for what in found)


def test_the_same_seed_asks_the_same_questions(indexes: Indexes) -> None:
    index = indexes[Population.PROFESSIONALS]
    once = [case.criteria for case in cases(index, trees=30, seed=5)]

    assert once == [case.criteria for case in cases(index, trees=30, seed=5)]
    assert once != [case.criteria for case in cases(index, trees=30, seed=6)]
