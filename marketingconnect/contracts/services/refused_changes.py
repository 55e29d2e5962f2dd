"""A client refused new terms or prices in time: its contract ends when they would have applied."""

from datetime import datetime
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.contracts.models import Termination
from marketingconnect.contracts.rules.ending import Ground, Party, ends_with_refusal
from marketingconnect.contracts.services.terminating import end_contract
from marketingconnect.kernel.calendar import format_short_date_fr
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.terms.models import ClientChange
from marketingconnect.terms.rules import ChangeKind
from marketingconnect.terms.states import ClientChangeState

BY_RIGHT: Final = Actor.system("Fin du contrat, de plein droit")


@transaction.atomic
def end_refused_order(order_id: int, client_change_id: int, *, now: datetime) -> bool:
    """CGV III.b: end one order of a client that refused a change. False when it does not end now.

    One order a transaction: what fails holds nothing else up, and calling again ends nothing
    twice. What was not done can then be given back, as for any ended order.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    client = ClientChange.objects.select_related("change").get(pk=client_change_id)
    refused_at = client.answered_at
    if client.state != ClientChangeState.REFUSED or refused_at is None:
        return False
    if not ends_with_refusal(
        state=OrderState(order.state),
        accepted_at=order.accepted_at,
        accepted_on=paris_date(order.accepted_at),
        refused_at=refused_at,
        ends_on=client.applies_from,
        today=paris_date(now),
    ):
        return False
    termination = Termination(
        order=order,
        ground=Ground.CHANGE_REFUSED,
        by=Party.CLIENT,
        reason=_reason(client),
        terminated_at=now,
    )
    end_contract(termination, actor=BY_RIGHT, now=now)
    return True


def _reason(client: ClientChange) -> str:
    what = "le tarif n°" if client.change.kind == ChangeKind.PRICES else "les conditions, version"
    told = format_short_date_fr(paris_date(client.told_at))
    return f"Vous avez refusé {what} {client.change.number}, annoncé le {told}"
