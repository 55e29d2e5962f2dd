"""What weighs on a client's order, in its own words: suspension, notices, guarantees, claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketingconnect.contracts.models import FormalNotice, SolvencyCheck, Suspension, Termination
from marketingconnect.contracts.queries import (
    formal_notices_of,
    last_day_of,
    open_suspension_of,
    solvency_check_of,
    termination_of,
)
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.rules.solvency import Guarantee
from marketingconnect.contracts.states import AWAITED, FormalNoticeState
from marketingconnect.orders.models import Order, OrderLine


@dataclass(frozen=True)
class ContractView:
    """None or empty for what does not concern the order."""

    suspension: Suspension | None
    termination: Termination | None
    notices: Sequence[tuple[FormalNotice, date | None]]
    check: SolvencyCheck | None
    guarantees: Sequence[str]
    sent_lines: Sequence[OrderLine]
    """Lines that send messages: what is guaranteed of them has its page."""

    @property
    def weighs(self) -> bool:
        """Whether there is something to say before the rest."""
        return bool(self.suspension or self.termination or self.notices or self.check)

    @property
    def article(self) -> str:
        """The clause under which it stands still."""
        return Ground(self.suspension.ground).article if self.suspension else ""


def contract_of(order: Order) -> ContractView:
    """Everything that the page of an order says of its contract."""
    open_notices = formal_notices_of(order).filter(state=FormalNoticeState.OPEN)
    check = solvency_check_of(order)
    awaited = check is not None and check.state in AWAITED
    asked = check.guarantees if check is not None and awaited else []
    return ContractView(
        suspension=open_suspension_of(order),
        termination=termination_of(order),
        notices=[(notice, last_day_of(notice)) for notice in open_notices],
        check=check if awaited else None,
        guarantees=[Guarantee(code).label for code in asked],
        sent_lines=list(order.lines.filter(offer="email", order__started_at__isnull=False)),
    )
