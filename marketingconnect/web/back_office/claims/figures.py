"""The figures of a claim: those it was decided on, or before that what they are today."""

from collections.abc import Sequence
from typing import Any

from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.guarantee_queries import Prospect, prospect_of
from marketingconnect.claims.models import GuaranteeClaim
from marketingconnect.claims.rules.guarantees import (
    PopulationDue,
    PopulationFigures,
    net_unit_price,
)
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.kernel.money import Money


def shown_figures(claim: GuaranteeClaim) -> dict[str, Any]:
    """CGV B.3: kept figures are what binds; `differing` says what the rule would give today."""
    prospect, kept = prospect_of(claim.line), _kept(claim)
    today = tuple(prospect.dues) if prospect else ()
    dues = kept or today
    return {
        "prospect": prospect,
        "are_kept": bool(kept),
        "deadline": _deadline(claim, prospect),
        "net": Money.total(due.net for due in dues),
        "steps": [(due, net_unit_price(due.figures)) for due in dues],
        "differing": _differing(kept, today) if kept else (),
    }


def _kept(claim: GuaranteeClaim) -> tuple[PopulationDue, ...]:
    return tuple(
        PopulationDue(
            figures=PopulationFigures(
                population=Population(row.population),
                rented=row.rented,
                undelivered=row.undelivered,
                billed=Money(row.billed_cents),
            ),
            threshold=row.threshold,
            compensated=row.compensated,
            net=Money(row.net_cents),
        )
        for row in claim.figures.all()
    )


def _deadline(claim: GuaranteeClaim, prospect: Prospect | None) -> Any:
    """The one it was examined by; before that, today's."""
    if claim.state != GuaranteeState.RECEIVED:
        return claim.deadline
    return prospect.deadline if prospect else None


def _differing(
    kept: Sequence[PopulationDue], today: Sequence[PopulationDue]
) -> list[tuple[PopulationDue | None, str]]:
    """What each population would be owed today, where that is not what was kept."""
    before = {due.figures.population: due for due in kept}
    after = {due.figures.population: due for due in today}
    return [
        (after.get(population), population.label)
        for population in sorted({*before, *after})
        if after.get(population) != before.get(population)
    ]
