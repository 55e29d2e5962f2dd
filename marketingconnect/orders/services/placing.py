"""Place an order: prices, terms and lines frozen at acceptance."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.models import PriceList
from marketingconnect.catalogue.queries import PricePart
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import vat_by_rate
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.registry import offer_for
from marketingconnect.orders.errors import CounterNotLockedError
from marketingconnect.orders.models import Order, OrderCounter, OrderLine
from marketingconnect.orders.queries import sessions_of
from marketingconnect.orders.states import LineState, OrderState, Sale
from marketingconnect.targeting.sessions.queries import session_behind
from marketingconnect.terms.models import TermsAcceptance


@dataclass(frozen=True)
class DraftLine:
    """A line as the client saw it; `offer` is empty for the minimum-billing line."""

    offer: str
    item_id: int | None
    label: str
    quantity: int
    unit: str
    unit_price: Decimal
    net: Money
    vat_rate: Decimal
    parts: tuple[PricePart, ...] = ()
    uses: int = 1


@transaction.atomic
def place_order(
    *,
    request_uuid: uuid.UUID,
    acceptance: TermsAcceptance,
    price_list: PriceList,
    territory: str,
    lines: Sequence[DraftLine],
    payment_method: str,
    purchase_reference: str,
    actor: Actor,
    now: datetime,
    sale: Sale = Sale.ONLINE,
) -> Order:
    """CGV III.a, III.b: the order of the company and user who accepted the terms.

    The amounts are those of `lines`; VAT is that of the day, and the invoice's day decides.
    """
    order = Order.objects.create(
        reference=next_reference(paris_date(now).year),
        request_uuid=request_uuid,
        company_id=acceptance.company_id,
        placed_by_id=acceptance.user_id,
        state=OrderState.ACCEPTED,
        terms_id=acceptance.version_id,
        acceptance=acceptance,
        price_list=price_list,
        territory=territory,
        sale=sale,
        payment_method=payment_method,
        purchase_reference=purchase_reference,
        accepted_at=now,
        **_amounts(lines),
    )
    for number, line in enumerate(lines, start=1):
        _add_line(order, number, line, now)
    _journal(order, actor, now)
    return order


def _amounts(lines: Sequence[DraftLine]) -> dict[str, int]:
    totals = vat_by_rate((line.net, line.vat_rate) for line in lines)
    net = Money.total(total.net for total in totals)
    vat = Money.total(total.vat for total in totals)
    return {"net_cents": net.cents, "vat_cents": vat.cents, "total_cents": (net + vat).cents}


def next_reference(year: int) -> str:
    """`BC-2026-000042`: the counter of the year stays locked until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise CounterNotLockedError
    OrderCounter.objects.get_or_create(year=year)
    counter = OrderCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"BC-{year}-{counter.last:06d}"


def _add_line(order: Order, number: int, line: DraftLine, now: datetime) -> None:
    OrderLine.objects.create(
        order=order,
        session=_session_behind(order, line),
        number=number,
        offer=line.offer,
        item_id=line.item_id,
        # Nothing is left to do for the line that completes the minimum.
        state=LineState.TO_PREPARE if line.offer else LineState.DONE,
        label=line.label,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net_cents=line.net.cents,
        vat_rate=line.vat_rate,
        parts=[{**asdict(part), "unit_price": str(part.unit_price)} for part in line.parts],
        uses=line.uses,
    )
    if line.offer and line.item_id is not None:
        offer_for(line.offer).ordered(
            line.item_id, order_reference=order.reference, quantity=line.quantity, now=now
        )


def _session_behind(order: Order, line: DraftLine) -> dict[str, Any]:
    """CGV B.1.3: who composed the criteria together, copied before anything can change."""
    if not line.offer or line.item_id is None:
        return {}
    try:
        criteria = offer_for(line.offer).describe(line.item_id).criteria
    except NotSellableError:
        return {}
    found = session_behind(order.company_id, criteria) if criteria else None
    return found.to_json() if found else {}


def _journal(order: Order, actor: Actor, now: datetime) -> None:
    record(
        action="order.accepted",
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=now,
        after={
            "reference": order.reference,
            "terms": order.terms.number,
            "terms_sha256": order.acceptance.sha256,
            "price_list": order.price_list.number,
            "net_cents": order.net_cents,
            "total_cents": order.total_cents,
            "sale": order.sale,
            "payment_method": order.payment_method,
            **({"sessions": sessions} if (sessions := sessions_of(order)) else {}),
        },
    )
