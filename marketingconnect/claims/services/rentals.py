"""What a decision on a rental changes in its order: refused message, misuse, amendment."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.claims.errors import InvalidFieldsError
from marketingconnect.claims.queries import sale_of
from marketingconnect.claims.services.cancelling import cancel_line
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import DocumentLine, issue_supplement
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.messages.rules.moderation import REASONS
from marketingconnect.messages.states import ModerationState
from marketingconnect.offers.list_rental.models import Amendment, ListRental, MessageSample
from marketingconnect.offers.list_rental.services import (
    end_rental,
    judge_sample,
    take_amendment,
)
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.orders.models import Order


@transaction.atomic
def decide_sample(
    sample_id: int,
    *,
    decision: str,
    reason: str = "",
    comment: str = "",
    user_id: int,
    actor: Actor,
    now: datetime,
) -> MessageSample:
    """CGV CL.7: moderation decides; a refused message cancels its order, file fees being due.

    Raises the errors of `judge_sample`.
    """
    rental = ListRental.objects.get(samples__pk=sample_id)
    _lock_order_of(rental)
    sample = judge_sample(
        sample_id,
        decision=decision,
        reason=reason,
        comment=comment,
        user_id=user_id,
        actor=actor,
        now=now,
    )
    rental.refresh_from_db()
    sold = rental.state not in {RentalState.COMPOSING, RentalState.CANCELLED}
    if sample.state == ModerationState.REFUSED and sold:
        said = " ".join(filter(None, [REASONS[reason].label, comment.strip()]))
        _cancel(rental, "CL.7", f"Message refusé : {said}", f"sample:{sample.pk}", actor, now)
    return sample


@transaction.atomic
def cancel_rental(
    rental_id: int, *, reason: str, with_file_fee: bool, actor: Actor, now: datetime
) -> None:
    """CGV CL.2: the operator cancels or refuses an order contrary to the contract, with its reason.

    What is not performed is credited; a file already delivered stays invoiced. Raises
    InvalidFieldsError without a reason.
    """
    if not reason.strip():
        raise InvalidFieldsError({"reason": "Dites pourquoi : le client le lira."})
    rental = ListRental.objects.get(pk=rental_id)
    _lock_order_of(rental)
    cause = f"rental:{rental.pk}"
    _cancel(rental, "CL.2", reason.strip(), cause, actor, now, with_file_fee=with_file_fee)


def _cancel(
    rental: ListRental,
    article: str,
    reason: str,
    cause: str,
    actor: Actor,
    now: datetime,
    *,
    with_file_fee: bool = True,
) -> None:
    delivered = rental.deliveries.filter(available_at__isnull=False).exists()
    end_rental(rental.pk, article=article, reason=reason, actor=actor, now=now)
    if delivered:
        return
    cancel_line(
        sale_of(rental).line,
        reason=reason,
        article=article,
        cause=cause,
        with_file_fee=with_file_fee,
        actor=actor,
        now=now,
    )


@transaction.atomic
def accept_amendment(
    amendment_id: int, *, user_id: int, actor: Actor, now: datetime
) -> Invoice | None:
    """CGV CL.1: the client accepts an amendment; its price is invoiced, due within thirty days.

    None when it costs nothing. Raises the errors of `take_amendment`.
    """
    rental = ListRental.objects.get(amendments__pk=amendment_id)
    _lock_order_of(rental)
    amendment = take_amendment(amendment_id, user_id=user_id, actor=actor, now=now)
    if not amendment.net_cents:
        return None
    return _bill(amendment, rental, now)


def _bill(amendment: Amendment, rental: ListRental, now: datetime) -> Invoice:
    line = DocumentLine(
        label=f"Avenant {amendment.number} : {rental.name}"[:200],
        quantity=amendment.quantity,
        unit="thousand",
        unit_price=amendment.unit_price,
        net=Money(amendment.net_cents),
    )
    reason = non_breaking(
        f"Avenant {amendment.number} à la commande {rental.order_reference}, accepté le "
        f"{now:%d/%m/%Y} (CGV, art. CL.1)."
    )
    return issue_supplement(
        sale_of(rental).line.order_id,
        [line],
        reason=reason,
        cause=f"amendment:{amendment.pk}",
        now=now,
    )


def _lock_order_of(rental: ListRental) -> None:
    """The order first, then its rental, as those who advance orders do."""
    if rental.order_reference:
        Order.objects.select_for_update().get(reference=rental.order_reference)
