"""Reads of orders: what is missing, what comes next, what waits."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet

from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.offers.contract import Missing, OrderFacts
from marketingconnect.offers.registry import knows, offer_for
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.states import LineState, OrderState
from marketingconnect.terms.queries import parameters_of

_SIDES: Final = {"client": "client", "advisor": "conseiller"}


def orders_of(company_id: int) -> QuerySet[Order]:
    """A company's orders, latest first."""
    return Order.objects.filter(company_id=company_id).order_by("-accepted_at", "-pk")


def order_of(company_id: int, reference: str) -> Order:
    """One order of a company. Raises Order.DoesNotExist, also for another company's order."""
    return Order.objects.select_related("terms", "price_list", "company", "placed_by").get(
        company_id=company_id, reference=reference
    )


def order_by_reference(reference: str) -> Order | None:
    """One order whoever's it is, for staff."""
    found = Order.objects.filter(reference=reference)
    return found.select_related("company", "placed_by", "terms").first()


def order_by_request(company_id: int, request_uuid: str) -> Order | None:
    """The order that a checkout form already placed, if any; None for a broken identifier."""
    try:
        wanted = uuid.UUID(request_uuid)
    except ValueError:
        return None
    return Order.objects.filter(company_id=company_id, request_uuid=wanted).first()


def order_line_of(offer_code: str, item_id: int) -> OrderLine | None:
    """The line that sold an offer's item, unless it was stopped."""
    return (
        OrderLine.objects.filter(offer=offer_code, item_id=item_id)
        .exclude(state=LineState.STOPPED)
        .select_related("order__terms")
        .first()
    )


def facts_of(line: OrderLine) -> OrderFacts:
    """What an offer may know of the order around a line."""
    return OrderFacts(
        order_reference=line.order.reference,
        payment_validated_on=line.order.payment_validated_on,
        terms=parameters_of(line.order.terms),
        quantity=line.quantity,
    )


def missing_of(line: OrderLine) -> list[Missing]:
    """What a line waits for, in the client's words; nothing once it has left."""
    waits = line.state in {LineState.TO_PREPARE, LineState.READY}
    if not waits or line.item_id is None or not knows(line.offer):
        return []
    return offer_for(line.offer).missing(line.item_id, facts_of(line))


def scheduled_for(line: OrderLine) -> datetime | None:
    """When the work of a line will start, once it is known."""
    if line.item_id is None or not knows(line.offer):
        return None
    return offer_for(line.offer).progress(line.item_id).scheduled_for


def lines_to_advance() -> QuerySet[OrderLine, int]:
    """Ids of the lines that a validated order still has to launch or to follow."""
    return (
        OrderLine.objects.exclude(offer="")
        .exclude(state__in=[LineState.DONE, LineState.STOPPED])
        .filter(order__state__in=[OrderState.VALIDATED, OrderState.IN_EXECUTION])
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def orders_awaiting_payment() -> QuerySet[Order]:
    """Accepted orders whose payment is not validated, oldest first."""
    return (
        Order.objects.filter(state__in=[OrderState.ACCEPTED, OrderState.FIRM])
        .filter(payment_validated_on__isnull=True)
        .select_related("company")
        .order_by("accepted_at", "pk")
    )


def sessions_of(order: Order) -> list[dict[str, Any]]:
    """CGV B.1.3: the live sessions from which an order was placed, each once, as it was copied."""
    copied = OrderLine.objects.filter(order=order).exclude(session={}).order_by("number")
    return list({one["session"]: one for one in copied.values_list("session", flat=True)}.values())


def sessions_in_words(order: Order) -> list[str]:
    """« en séance le 27 novembre 2026, par Nadia Cherif (client) et Marc Delorme (conseiller) »."""
    return [_in_words(one) for one in sessions_of(order)]


def _in_words(session: Mapping[str, Any]) -> str:
    people = [f"{one['name']} ({_SIDES[one['side']]})" for one in session["people"]]
    together = f"{', '.join(people[:-1])} et {people[-1]}"
    return f"en séance le {format_date_fr(date.fromisoformat(session['on']))}, par {together}"
