"""What a person is told of a count."""

from dataclasses import replace
from itertools import pairwise

import pytest

from marketingconnect.base.models import Release
from marketingconnect.targeting.criteria import (
    AnyOf,
    Criteria,
    Group,
    InvalidCriteriaError,
    Not,
    Population,
    Quotas,
    Sample,
    ValueIn,
)
from marketingconnect.targeting.desk import NoReleaseError, Question, ask
from marketingconnect.targeting.models import CountLog
from marketingconnect.targeting.queries import CLOSE, CountResult, count_for
from tests.cast import Cast
from tests.targeting.stage import NOW, ON_ONE_WORKER, TODAY, Base, asking

pytestmark = ON_ONE_WORKER


def counted(
    criteria: Criteria, cast: Cast, *, by: tuple[str, ...] = (), steps: bool = False
) -> CountResult:
    return count_for(
        criteria,
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        today=TODAY,
        now=NOW,
        by=by,
        steps=steps,
    )


def communes_by_households(base: Base) -> list[tuple[int, str]]:
    answer = ask(
        Question(criteria=asking(), company_id=None, on=TODAY, by=("commune",), households=True)
    )
    return sorted((n, code) for code, n in answer.households_by["commune"].items())


def test_a_count_says_which_release_and_how_old_it_is(base: Base, cast: Cast) -> None:
    told = counted(asking(), cast)

    assert told.count is not None
    assert told.count > 1000
    assert told.households is not None
    assert told.households < told.count
    assert (told.release, told.as_of) == ("consumers-2026-11-25-01", TODAY)
    assert told.vintage.isoformat() == "2026-11-01"
    assert told.refusal == ""


def test_a_count_of_fewer_than_eleven_homes_is_refused(base: Base, cast: Cast) -> None:
    small = [code for n, code in communes_by_households(base) if n < 11]
    assert small
    for where in (ValueIn("commune", (small[0],)), ValueIn("commune", ("99999",))):
        told = counted(asking(where), cast, by=("sex",), steps=True)

        assert told.count is None
        assert told.households is None
        assert "Moins de 11 foyers" in told.refusal.replace("\u00a0", " ")
        assert (told.by, told.steps) == ({}, ())
    assert not CountLog.objects.exists()


def test_establishments_are_public_and_told_whatever_their_number(base: Base, cast: Cast) -> None:
    nobody = asking(ValueIn("commune", ("99999",)), population=Population.PROFESSIONALS)

    assert counted(nobody, cast).count == 0
    assert not CountLog.objects.exists()


def test_a_count_without_one_small_place_is_refused_beside_the_count_with_it(
    base: Base, cast: Cast
) -> None:
    small = next(code for n, code in communes_by_households(base) if 0 < n < 11)
    assert counted(asking(), cast).count is not None

    told = counted(asking(Not(ValueIn("commune", (small,)))), cast)

    assert told.count is None
    assert told.refusal == CLOSE
    assert CountLog.objects.count() == 1


def test_the_order_in_which_two_near_counts_are_asked_changes_nothing(
    base: Base, cast: Cast
) -> None:
    small = next(code for n, code in communes_by_households(base) if 0 < n < 11)
    without = asking(Not(ValueIn("commune", (small,))))
    assert counted(without, cast).count is not None

    assert counted(asking(), cast).count is None


def test_a_count_told_once_is_told_again(base: Base, cast: Cast) -> None:
    first, again = counted(asking(), cast), counted(asking(), cast)

    assert first.count == again.count
    assert CountLog.objects.count() == 1


def test_near_counts_of_two_companies_are_not_set_against_each_other(
    base: Base, cast: Cast
) -> None:
    small = next(code for n, code in communes_by_households(base) if 0 < n < 11)
    assert counted(asking(), cast).count is not None
    told = count_for(
        asking(Not(ValueIn("commune", (small,)))),
        company_id=cast.garage.pk,
        user_id=cast.charlie.pk,
        today=TODAY,
        now=NOW,
    )

    assert told.count is not None


def test_counts_that_are_close_by_chance_are_told(base: Base, cast: Cast) -> None:
    """Two sets of communes of nearly as many homes, none of them in both."""
    sizes = [(n, code) for n, code in communes_by_households(base) if n >= 11]
    one, other = next((a, b) for (n, a), (m, b) in pairwise(sizes) if 0 < m - n < 11)
    assert counted(asking(ValueIn("commune", (one,))), cast).count is not None

    assert counted(asking(ValueIn("commune", (other,))), cast).count is not None


def test_small_parts_of_a_breakdown_are_hidden(base: Base, cast: Cast) -> None:
    told = counted(asking(), cast, by=("commune", "sex", "departement"))

    hidden = [code for code, n in told.by["commune"].items() if n is None]
    households = {code: n for n, code in communes_by_households(base)}
    assert {code for code, n in households.items() if n < 11} <= set(hidden)
    assert None not in told.by["departement"].values()
    assert sum(n or 0 for n in told.by["departement"].values()) == told.count


def test_a_sample_or_quotas_do_not_hide_how_few_there_are(base: Base, cast: Cast) -> None:
    small = next(code for n, code in communes_by_households(base) if 0 < n < 11)
    quotas = replace(asking(), quotas=Quotas("commune", ((small, 1000),)))
    sample = replace(asking(), sample=Sample(5, 42))

    assert counted(quotas, cast).count is None
    assert counted(sample, cast).count == 5


def test_steps_that_would_point_at_few_homes_are_not_told(base: Base, cast: Cast) -> None:
    small = next(code for n, code in communes_by_households(base) if 0 < n < 11)
    criteria = asking(
        ValueIn("sex", (1, 2)),
        AnyOf((Not(ValueIn("commune", (small,))), ValueIn("commune", ("99999",)))),
    )

    told = counted(criteria, cast, steps=True)

    assert told.count is not None
    names = [step.name for step in told.steps]
    assert names == ["everybody", "where.all[0]", "where.all[1]"]
    last = told.steps[-1]
    assert last.remaining is None
    assert last.without is None


def test_one_per_household_counts_homes(base: Base, cast: Cast) -> None:
    told = counted(replace(asking(), one_per=Group.HOUSEHOLD), cast)

    assert told.count == told.households


def test_what_cannot_be_broken_down_is_refused(base: Base, cast: Cast) -> None:
    with pytest.raises(InvalidCriteriaError):
        counted(asking(), cast, by=("naf",))


def test_without_a_release_there_is_nothing_to_count(base: Base, cast: Cast) -> None:
    Release.objects.all().delete()

    with pytest.raises(NoReleaseError, match="pas encore chargée"):
        counted(asking(), cast)
