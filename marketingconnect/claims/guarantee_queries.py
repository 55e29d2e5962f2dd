"""Reads of claims about messages that did not arrive, and of what a lot would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from marketingconnect.claims.guaranteed import lot_of
from marketingconnect.claims.models import GuaranteeClaim
from marketingconnect.claims.rules.guarantees import (
    ARTICLES,
    LotFigures,
    PopulationDue,
    guarantee_deadline,
    lot_dues,
)
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.contracts.queries import stops_of
from marketingconnect.contracts.rules.clocks import deadline_after_stops
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import OrderLine
from marketingconnect.terms.queries import parameters_of


@dataclass(frozen=True)
class Prospect:
    """What the figures of a lot give, whether claimed or not."""

    lot: LotFigures
    article: str
    dues: Sequence[PopulationDue]
    deadline: date | None
    """The last day for the letter; None while force majeure holds the period."""

    @property
    def net(self) -> Money:
        return Money.total(due.net for due in self.dues)

    def is_late(self, today: date) -> bool:
        return self.deadline is not None and today > self.deadline


def prospect_of(line: OrderLine) -> Prospect | None:
    """CGV B.3, CC.4: thresholds, excess and last day of what a line sent; None for nothing sent."""
    lot = lot_of(line.offer, line.item_id)
    if lot is None:
        return None
    terms = parameters_of(line.order.terms)
    return Prospect(
        lot=lot,
        article=ARTICLES[lot.channel],
        dues=lot_dues(lot, terms=terms),
        deadline=deadline_after_stops(
            starts_on=lot.sent_on,
            deadline=guarantee_deadline(sent_on=lot.sent_on, terms=terms),
            stops=stops_of(line.order),
        ),
    )


def guarantee_claims() -> QuerySet[GuaranteeClaim]:
    """Every claim, latest first."""
    return GuaranteeClaim.objects.select_related(
        "company", "line__order__terms", "letter", "credit_note", "decided_by"
    ).order_by("-pk")


def guarantee_claims_waiting() -> QuerySet[GuaranteeClaim]:
    """Accounting's queue, oldest first."""
    waiting = [GuaranteeState.RECEIVED, GuaranteeState.CHECKED]
    return guarantee_claims().filter(state__in=waiting).order_by("received_at", "pk")


def guarantee_claims_of_line(line: OrderLine) -> QuerySet[GuaranteeClaim]:
    """What was claimed about one line, latest first."""
    return guarantee_claims().filter(line=line)
