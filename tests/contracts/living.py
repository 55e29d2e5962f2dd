"""Orders whose contract lives: paid, at work, suspended; letters about them."""

from datetime import UTC, date, datetime, timedelta

from marketingconnect.contracts.models import RegisteredLetter
from marketingconnect.contracts.rules.letters import Direction, LetterDates, Purpose
from marketingconnect.contracts.services.letters import note_letter, register_letter
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line, mark_paid
from tests.sale import CLERK, NOON, Shop

TODAY = date(2026, 11, 23)


def at(day: date, hour: int = 11) -> datetime:
    """An instant of a civil day in Paris, whatever the season."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def later(days: int) -> datetime:
    return NOON + timedelta(days=days)


def paid(order: Order) -> Order:
    mark_paid(order, received_on=TODAY, validated_on=TODAY, actor=CLERK, at=NOON)
    return order


def at_work(shop: Shop) -> Order:
    """A paid order whose only line is being sent."""
    order = paid(shop.order())
    line = order.lines.get(offer="email")
    advance_line(line.pk, now=NOON)
    item_id = line.item_id
    assert item_id is not None
    shop.offer.change(item_id, state="running")
    advance_line(line.pk, now=NOON)
    order.refresh_from_db()
    return order


def letter_for(
    order: Order,
    shop: Shop,
    *,
    purpose: Purpose = Purpose.FORMAL_NOTICE,
    direction: Direction = Direction.SENT,
    number: str = "2C 001",
    posted_on: date = TODAY,
    now: datetime = NOON,
) -> RegisteredLetter:
    return register_letter(
        direction=direction,
        purpose=purpose,
        number=number,
        company_id=order.company_id,
        order_id=order.pk,
        dates=LetterDates(posted_on=posted_on),
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=now,
    )


def receive(letter: RegisteredLetter, day: date) -> None:
    note_letter(
        letter.pk,
        dates=LetterDates(posted_on=letter.posted_on, received_on=day),
        actor=CLERK,
        now=at(day),
    )
