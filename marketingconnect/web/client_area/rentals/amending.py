"""Amendments (avenants) as their pages show them."""

from dataclasses import dataclass

from marketingconnect.kernel.money import Money
from marketingconnect.offers.list_rental.models import Amendment
from marketingconnect.offers.list_rental.states import AmendmentState
from marketingconnect.offers.list_rental.vocabulary import USE_LABELS, RentalUse
from marketingconnect.web.components import Kind

STATES: dict[str, tuple[str, Kind]] = {
    AmendmentState.PROPOSED: ("Attend votre réponse", "warning"),
    AmendmentState.ACCEPTED: ("Accepté", "success"),
    AmendmentState.REFUSED: ("Refusé", "neutral"),
    AmendmentState.WITHDRAWN: ("Retiré", "neutral"),
}


@dataclass(frozen=True)
class AmendmentView:
    """An amendment in words."""

    amendment: Amendment
    state: str
    kind: Kind
    before: str
    after: str
    price: Money


def amendment_view(amendment: Amendment) -> AmendmentView:
    """One amendment."""
    state, kind = STATES[amendment.state]
    return AmendmentView(
        amendment,
        state,
        kind,
        _uses(amendment.uses_before, amendment.times_before),
        _uses(amendment.uses, amendment.times),
        Money(amendment.net_cents),
    )


def _uses(uses: list[str], times: int) -> str:
    named = " et ".join(USE_LABELS[RentalUse(use)] for use in uses)
    return f"{named}, {times}\u00a0fois" if times > 1 else f"{named}, une fois"
