"""Reads of the life of a contract: what stands still, what runs out, what may still be said."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from marketingconnect.clock import paris_date
from marketingconnect.contracts.models import (
    ForceMajeure,
    FormalNotice,
    ReferenceOpposition,
    RegisteredLetter,
    SolvencyCheck,
    Suspension,
    Termination,
)
from marketingconnect.contracts.rules.clocks import Stop, deadline_after_stops
from marketingconnect.contracts.rules.ending import ends_with_refusal, notice_deadline
from marketingconnect.contracts.rules.lasting import (
    confidential_until,
    may_be_cited,
    reference_until,
)
from marketingconnect.contracts.rules.letters import reception_day
from marketingconnect.contracts.rules.solvency import solvency_deadline
from marketingconnect.contracts.states import AWAITED, FormalNoticeState, SolvencyState
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import TRANSITIONS, OrderState
from marketingconnect.terms.models import ClientChange
from marketingconnect.terms.queries import parameters_of
from marketingconnect.terms.states import ClientChangeState


def stops_of(order: Order) -> list[Stop]:
    """The days on which force majeure held the periods of an order."""
    cases = ForceMajeure.objects.filter(suspensions__order=order).distinct()
    return [Stop(case.began_on, case.ended_on) for case in cases.order_by("began_on")]


def open_suspension_of(order: Order) -> Suspension | None:
    """The suspension under which an order stands still now."""
    found = Suspension.objects.filter(order=order, ended_at__isnull=True)
    return found.select_related("case", "began_by").first()


def termination_of(order: Order) -> Termination | None:
    """Why an order was terminated, if it was."""
    return Termination.objects.filter(order=order).select_related("letter", "terminated_by").first()


def last_day_of(notice: FormalNotice) -> date | None:
    """The last day to put right what a formal notice says; None while its period does not run."""
    return notice_deadline(
        received_on=reception_day(notice.letter.dates),
        stops=stops_of(notice.order),
        terms=parameters_of(notice.order.terms),
    )


def solvency_last_day_of(order: Order) -> date | None:
    """The last day to tell a client that guarantees are asked; None while it stands still."""
    accepted_on = paris_date(order.accepted_at)
    deadline = solvency_deadline(accepted_on=accepted_on, terms=parameters_of(order.terms))
    return deadline_after_stops(starts_on=accepted_on, deadline=deadline, stops=stops_of(order))


def solvency_check_of(order: Order) -> SolvencyCheck | None:
    """The guarantees asked for an order, if any were."""
    return SolvencyCheck.objects.filter(order=order).first()


def guarantees_offered() -> QuerySet[SolvencyCheck]:
    """CGV III.c: what clients said they give and nobody saw come yet, the oldest offer first.

    One noted as not provided comes back when its client offers another since.
    """
    unanswered = Q(answered_at=None) | Q(offered_at__gt=F("answered_at"))
    offered = SolvencyCheck.objects.filter(unanswered, state__in=AWAITED, offered_at__isnull=False)
    return offered.select_related("order__company").order_by("offered_at", "pk")


def guarantees_awaited(today: date) -> QuerySet[SolvencyCheck, int]:
    """Ids of the checks whose day to answer has passed."""
    late = SolvencyCheck.objects.filter(
        state=SolvencyState.ASKED, answer_by__lt=today, offered_at=None
    )
    return late.order_by("pk").values_list("pk", flat=True)


_RUNNING: Final = [state for state, to in TRANSITIONS.items() if OrderState.TERMINATED in to]


def orders_ended_by_refusals(today: date) -> list[tuple[int, int]]:
    """(order, change of the client): what a change refused in time ends by today (CGV III.b)."""
    running = Order.objects.filter(company=OuterRef("company"), state__in=_RUNNING)
    refused = ClientChange.objects.filter(
        Exists(running), state=ClientChangeState.REFUSED, applies_from__lte=today
    ).order_by("applies_from", "pk")
    return [(order.pk, one.pk) for one in refused for order in orders_ending_with(one)]


def orders_ending_with(change: ClientChange) -> list[Order]:
    """The orders that run and that the refusal of a change ends, or will on its day (CGV III.b)."""
    refused_at, ends_on = change.answered_at, change.applies_from
    if refused_at is None:
        return []
    orders = Order.objects.filter(company_id=change.company_id, state__in=_RUNNING)
    return [
        order
        for order in orders.order_by("accepted_at", "pk")
        if ends_with_refusal(
            state=OrderState(order.state),
            accepted_at=order.accepted_at,
            accepted_on=paris_date(order.accepted_at),
            refused_at=refused_at,
            ends_on=ends_on,
            today=ends_on,
        )
    ]


def open_formal_notices() -> QuerySet[FormalNotice]:
    """Formal notices whose end is awaited, oldest first."""
    return (
        FormalNotice.objects.filter(state=FormalNoticeState.OPEN)
        .select_related("order__terms", "order__company", "letter")
        .order_by("opened_at", "pk")
    )


def formal_notices_of(order: Order) -> QuerySet[FormalNotice]:
    """The formal notices of an order, latest first."""
    return FormalNotice.objects.filter(order=order).select_related("letter", "order__terms")


def letters(*, found_by: str = "") -> QuerySet[RegisteredLetter]:
    """The register, latest first; `found_by` is part of a number, of an order or of a client."""
    every = RegisteredLetter.objects.select_related("company", "order", "recorded_by")
    word = "".join(found_by.split())
    if not word:
        return every
    return every.filter(
        Q(number__icontains=word)
        | Q(order__reference__iexact=word)
        | Q(company__reference__iexact=word)
        | Q(company__legal_name__icontains=found_by.strip())
    )


def letter_of(letter_id: int) -> RegisteredLetter | None:
    """One letter with its proofs."""
    return letters().prefetch_related("scans__added_by").filter(pk=letter_id).first()


def citable_orders(today: date) -> list[Order]:
    """CGV III.e: the orders whose client and services may be cited today, latest first."""
    opposed = ReferenceOpposition.objects.filter(
        company=OuterRef("company_id"), withdrawn_at__isnull=True
    )
    orders = (
        Order.objects.filter(firm_at__isnull=False)
        .exclude(Exists(opposed))
        .select_related("company", "terms")
        .order_by("-accepted_at")
    )
    return [order for order in orders if _may_cite(order, today)]


def _may_cite(order: Order, today: date) -> bool:
    until = reference_until(
        ordered_on=paris_date(order.accepted_at),
        ended_on=ended_on(order),
        terms=parameters_of(order.terms),
    )
    return may_be_cited(today=today, until=until, has_opposed=False)


def cited_until(company_id: int) -> date | None:
    """CGV III.e: the last day its orders let a client be cited; None when nothing ever did.

    An opposition does not count here: it is said beside.
    """
    orders = Order.objects.filter(firm_at__isnull=False, company_id=company_id)
    days = (
        reference_until(
            ordered_on=paris_date(order.accepted_at),
            ended_on=ended_on(order),
            terms=parameters_of(order.terms),
        )
        for order in orders.select_related("terms")
    )
    return max((day for day in days if day is not None), default=None)


def ended_on(order: Order) -> date | None:
    """The day a contract ended: performed, cancelled or terminated."""
    end = order.ended_at or order.executed_at
    return paris_date(end) if end else None


def confidentiality_end_of(order: Order) -> date | None:
    """CGV III.f: the last day its documents are confidential; None while the contract runs."""
    return confidential_until(ended_on=ended_on(order), terms=parameters_of(order.terms))


def has_opposed_reference(company_id: int) -> bool:
    """CGV III.e: whether a client said that it is not to be cited."""
    return ReferenceOpposition.objects.filter(
        company_id=company_id, withdrawn_at__isnull=True
    ).exists()


def orders_that_run() -> QuerySet[Order]:
    """Orders that bind and have not ended, for a case of force majeure or an assignment."""
    return Order.objects.filter(
        state__in=[
            OrderState.FIRM,
            OrderState.VALIDATED,
            OrderState.IN_EXECUTION,
            OrderState.SUSPENDED,
        ]
    ).select_related("company")


def cases_open() -> Sequence[ForceMajeure]:
    """Cases of force majeure that last, with the orders they hold."""
    held = Suspension.objects.filter(ended_at__isnull=True).select_related("order__company")
    lasting = ForceMajeure.objects.filter(ended_on__isnull=True)
    return list(lasting.prefetch_related(Prefetch("suspensions", queryset=held)))
