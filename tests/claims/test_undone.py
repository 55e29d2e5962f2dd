"""An order that ended before its work was done: what never began is given back, once."""

from collections.abc import Sequence
from typing import Any

import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.claims.errors import InvalidFieldsError, StaleClaimError
from marketingconnect.claims.rules.undone import undone_credit, undone_problems
from marketingconnect.claims.services import credit_undone, keep_undone
from marketingconnect.claims.undone_queries import undone_of, undone_to_decide
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.terminating import terminate_order
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line
from marketingconnect.payments.ledger_proof import faults
from marketingconnect.payments.queries import credit_of
from marketingconnect.payments.services.offline import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod
from tests.sale import CLERK, NOON, Shop

MINIMUM = Money(300_00)


@pytest.mark.parametrize(
    ("undone", "top_up", "kept", "credited", "remaining", "given"),
    [
        (500_00, 0, 0, 0, 500_00, 500_00),
        (100_00, 200_00, 0, 0, 300_00, 300_00),
        (500_00, 0, 400_00, 0, 900_00, 500_00),
        # What is kept is worth the minimum billing at least.
        (500_00, 0, 100_00, 0, 600_00, 300_00),
        (0, 0, 500_00, 0, 500_00, 0),
        (500_00, 0, 0, 120_00, 380_00, 380_00),
        (500_00, 0, 0, 500_00, 0, 0),
    ],
)
def test_what_never_began_is_given_back_and_no_more(
    undone: int, top_up: int, kept: int, credited: int, remaining: int, given: int
) -> None:
    found = undone_credit(
        undone=Money(undone),
        top_up=Money(top_up),
        kept=Money(kept),
        minimum=MINIMUM,
        credited=Money(credited),
        remaining=Money(remaining),
    )

    assert found == Money(given)


@pytest.mark.parametrize(
    ("net", "fields"), [(0, {"net"}), (1, set()), (100, set()), (101, {"net"})]
)
def test_never_more_than_the_invoice(net: int, fields: set[str]) -> None:
    assert set(undone_problems(net=Money(net), remaining=Money(100), reason="Non fait")) == fields
    assert "reason" in undone_problems(net=Money(net), remaining=Money(100), reason=" ")


def ended(shop: Shop, *states: str, ground: Ground = Ground.CONTENT) -> Order:
    """Two paid services by default, each as far as `states` says, then terminated."""
    items = [shop.fill_cart(quantity=20_000) for _ in states]
    order = shop.check_out(method="transfer")
    receipt = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(order.total_cents),
        reference=f"V-{order.pk}",
        payer="Boulangerie",
        received_on=NOON.date(),
        actor=CLERK,
        now=NOON,
    )
    validate_offline(receipt.pk, validated_on=NOON.date(), actor=CLERK, now=NOON)
    _advance(shop, order, items, states)
    terminate_order(
        order.pk,
        ground=ground,
        reason="Contenu contraire aux conditions.",
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )
    return Order.objects.get(pk=order.pk)


def _advance(shop: Shop, order: Order, items: Sequence[int], states: Sequence[str]) -> None:
    for item, state in zip(items, states, strict=True):
        shop.offer.change(item, state=state, lacks=("message",) if state == "waiting" else ())
    for line in order.lines.exclude(offer=""):
        advance_line(line.pk, now=NOON)
        advance_line(line.pk, now=NOON)


def decide(order: Order, shop: Shop, net: Money, *, fee: bool = False) -> Invoice:
    return credit_undone(
        order.pk,
        net=net,
        with_file_fee=fee,
        reason="Jamais commencée",
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )


@pytest.mark.django_db
def test_the_line_that_never_began_is_proposed_and_credited_once(shop: Shop) -> None:
    order = ended(shop, "waiting", "running")
    undone = undone_of(order)
    assert undone is not None
    first = undone.lines[0]
    assert [one.had_begun for one in undone.lines] == [False, True]
    assert undone.fee_is_due
    assert [one.order for one in undone_to_decide()] == [order]

    note = decide(order, shop, undone.proposed)

    assert undone.proposed == Money(first.line.net_cents)
    assert (note.net_cents, note.corrects) == (-first.line.net_cents, first_invoice_of(order))
    assert credit_of(order.company_id) == Money(-note.total_cents)
    assert Notice.objects.get(template="undone_credited").company_id == order.company_id
    assert JournalEntry.objects.filter(action="undone.credited").count() == 1
    assert undone_to_decide() == []
    assert list(faults()) == []
    with pytest.raises(StaleClaimError):
        decide(order, shop, Money(1))


@pytest.mark.django_db
def test_file_fees_are_paid_from_the_credit(shop: Shop) -> None:
    order = ended(shop, "waiting")
    undone = undone_of(order)
    assert undone is not None

    note = decide(order, shop, undone.proposed, fee=True)

    fee = Invoice.objects.get(cause=f"undone:{order.pk}:fee")
    assert credit_of(order.company_id) == Money(-note.total_cents - fee.total_cents)
    assert list(faults()) == []


@pytest.mark.django_db
def test_nothing_may_be_given_back_when_accounting_says_why(shop: Shop) -> None:
    order = ended(shop, "waiting", ground=Ground.NON_PAYMENT)
    keep: dict[str, Any] = {"user_id": shop.cast.ines.pk, "actor": CLERK, "now": NOON}
    with pytest.raises(InvalidFieldsError):
        keep_undone(order.pk, reason="  ", **keep)

    decision = keep_undone(order.pk, reason="Dommages demandés", **keep)

    assert decision.credit_note is None
    assert undone_to_decide() == []
    with pytest.raises(StaleClaimError):
        decide(order, shop, Money(1))


@pytest.mark.django_db
def test_an_order_that_goes_on_gives_nothing_back(shop: Shop) -> None:
    assert undone_of(shop.order()) is None
    assert undone_to_decide() == []
