"""End a whole order that is not performed: its work stops, what was paid for it is credited."""

from datetime import datetime
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError
from marketingconnect.claims.services.cancelling import cancel_line
from marketingconnect.contracts.models import SolvencyCheck
from marketingconnect.contracts.queries import open_suspension_of
from marketingconnect.contracts.services.solvency import decline_performance
from marketingconnect.contracts.services.suspending import close_suspension
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.contract import Interruption
from marketingconnect.offers.registry import offer_for
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import change_state
from marketingconnect.orders.states import TRANSITIONS, LineState, OrderState


@transaction.atomic
def cancel_for_content(
    order_id: int, *, reason: str, article: str, user_id: int, actor: Actor, now: datetime
) -> Order:
    """CGV B.2, CC.2, CL.7: an order whose content breaks the terms is cancelled; file fees are due.

    Running sends stop at once; what is not performed is credited, what is done stays invoiced.
    `article` is the clause that the content breaks. Raises InvalidFieldsError, ClaimError.
    """
    if not reason.strip():
        raise InvalidFieldsError({"reason": "Dites pourquoi : le client le lira."})
    order = Order.objects.select_for_update().get(pk=order_id)
    _cancel(
        order,
        reason=reason.strip(),
        article=article,
        cause=f"content:{order.pk}",
        with_file_fee=True,
        user_id=user_id,
        actor=actor,
        now=now,
    )
    return order


@transaction.atomic
def decline_order(check_id: int, *, user_id: int, actor: Actor, now: datetime) -> Order:
    """CGV III.c: without the guarantees asked, the operator does not perform; nothing is kept.

    What was paid is credited, no fees are due. Raises ContractError, ClaimError.
    """
    order_id = SolvencyCheck.objects.values_list("order_id", flat=True).get(pk=check_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    decline_performance(check_id, actor=actor, now=now)
    _cancel(
        order,
        reason="Les garanties demandées n’ont pas été fournies",
        article="III.c",
        cause=f"solvency:{check_id}",
        with_file_fee=False,
        user_id=user_id,
        actor=actor,
        now=now,
    )
    return order


def _cancel(
    order: Order,
    *,
    reason: str,
    article: str,
    cause: str,
    with_file_fee: bool,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    if OrderState.CANCELLED not in TRANSITIONS[OrderState(order.state)]:
        raise ClaimError("Cette commande est exécutée, ou a pris fin.", article=article)
    over = [LineState.DONE, LineState.STOPPED]
    told: dict[str, Any] = {"article": article, "reason": reason, "actor": actor, "now": now}
    for line in order.lines.exclude(offer="").exclude(state__in=over).order_by("number"):
        if line.item_id is not None:
            offer_for(line.offer).interrupt(line.item_id, Interruption.END, **told)
        cancel_line(line, cause=f"{cause}:{line.number}", with_file_fee=with_file_fee, **told)
        # File fees are due once an order, however many services it had.
        with_file_fee = False
    if suspension := open_suspension_of(order):
        close_suspension(suspension, reason="Annulation.", user_id=user_id, now=now)
    order.refresh_from_db()
    if order.state != OrderState.CANCELLED:
        # A service that was performed stays; the order ends all the same.
        printed = non_breaking(f"{reason} (CGV, art. {article}).")[:300]
        change_state(
            order, OrderState.CANCELLED, actor=actor, at=now, ended_at=now, end_reason=printed
        )
