from decimal import Decimal

import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.claims.errors import InvalidFieldsError, StaleClaimError
from marketingconnect.claims.models import Settlement
from marketingconnect.claims.queries import (
    rentals_to_settle,
    sale_of,
    settlement_of,
    settlements_awaiting_a_decision,
)
from marketingconnect.claims.services import decide_settlement, settle_rental
from marketingconnect.claims.states import SettlementState
from marketingconnect.claims.tasks import settle_delivered
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.orders.states import LineState, OrderState
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import CLIENT, Renter, publish

pytestmark = pytest.mark.django_db
ORDERED = 200


def settled(renter: Renter, rows: int) -> Settlement:
    delivery = renter.deliver(rows=rows, counted=ORDERED, times=10)
    settlement = settle_rental(delivery.rental_id, now=NOW)
    assert settlement is not None
    return settlement


def decide(settlement: Settlement, renter: Renter, decision: str, **more: object) -> Settlement:
    return decide_settlement(
        settlement.pk,
        decision=decision,
        reason="Convenu au téléphone",
        user_id=renter.user.pk,
        actor=CLIENT,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )


def test_the_exact_quantity_changes_nothing(renter: Renter) -> None:
    settlement = settled(renter, ORDERED)

    assert (settlement.state, settlement.document) == (SettlementState.SETTLED, None)
    assert settlement.settled_cents == 420_00
    assert Invoice.objects.count() == 1


def test_within_seven_percent_the_difference_is_credited_at_the_same_unit_price(
    renter: Renter,
) -> None:
    settlement = settled(renter, 186)

    note = settlement.document
    assert note is not None
    assert note.kind == InvoiceKind.CREDIT_NOTE
    assert settlement.settled_cents == 390_60
    assert (note.net_cents, note.vat_cents) == (-29_40, -5_88)
    assert "186 adresses" in note.reason
    assert "pour 200 commandées" in note.reason


def test_more_than_ordered_is_invoiced_too(renter: Renter) -> None:
    settlement = settled(renter, 214)

    balance = settlement.document
    assert balance is not None
    assert balance.kind == InvoiceKind.INVOICE
    assert (balance.net_cents, balance.due_cents) == (29_40, 35_28)


def test_an_order_at_the_minimum_stays_there(renter: Renter) -> None:
    delivery = renter.deliver(rows=95, counted=100)

    settlement = settle_rental(delivery.rental_id, now=NOW)

    assert settlement is not None
    assert settlement.document is None
    assert settlement.settled_cents == 19_95


def test_a_rental_is_settled_once_by_a_job(renter: Renter) -> None:
    delivery = renter.deliver(rows=190, counted=ORDERED, times=10)
    assert list(rentals_to_settle()) == [delivery.rental_id]

    settle_delivered(timestamp=0)
    settle_delivered(timestamp=0)

    assert list(rentals_to_settle()) == []
    assert settle_rental(delivery.rental_id, now=NOW) is None
    assert Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).count() == 1
    assert settlement_of(delivery.rental) is not None


def test_beyond_the_tolerance_staff_decide_with_a_reason(renter: Renter) -> None:
    settlement = settled(renter, 185)

    assert settlement.state == SettlementState.DECISION_AWAITED
    assert list(settlements_awaiting_a_decision()) == [settlement]
    assert Invoice.objects.count() == 1
    with pytest.raises(InvalidFieldsError):
        decide_settlement(
            settlement.pk,
            decision="new_agreement",
            reason=" ",
            user_id=renter.user.pk,
            actor=CLIENT,
            now=NOW,
        )


def test_a_new_agreement_settles_at_the_agreed_price(renter: Renter) -> None:
    settlement = settled(renter, 100)

    done = decide(settlement, renter, "new_agreement", agreed_unit_price=Decimal("2200"))

    assert done.state == SettlementState.SETTLED
    assert done.settled_cents == 220_00
    assert done.document is not None
    # The minimum billing stays owed: 300,00 € of the 420,00 € invoiced.
    assert done.document.net_cents == -120_00
    entry = JournalEntry.objects.get(action="settlement.decided")
    assert entry.after is not None
    assert entry.after["reason"] == "Convenu au téléphone"
    with pytest.raises(StaleClaimError):
        decide(settlement, renter, "cancel")


def test_a_top_up_is_delivered_then_settled_on_the_sum(renter: Renter) -> None:
    settlement = settled(renter, 100)

    decide(settlement, renter, "top_up")
    top_up = Delivery.objects.get(kind="top_up")
    assert (top_up.asked_quantity, top_up.selection_id) == (100, None)
    assert list(rentals_to_settle()) == []

    publish(top_up, rows=99, seed=2)
    settle_delivered(timestamp=0)

    settlement.refresh_from_db()
    assert (settlement.state, settlement.delivered) == (SettlementState.SETTLED, 199)
    assert settlement.document is not None
    assert settlement.document.net_cents == -2_10


def test_a_top_up_that_falls_short_waits_for_another_decision(renter: Renter) -> None:
    settlement = settled(renter, 100)
    decide(settlement, renter, "top_up")

    publish(Delivery.objects.get(kind="top_up"), rows=50, seed=2)
    settle_delivered(timestamp=0)

    settlement.refresh_from_db()
    assert (settlement.state, settlement.delivered) == (SettlementState.DECISION_AWAITED, 150)
    decide(settlement, renter, "top_up")
    assert Delivery.objects.filter(kind="top_up").count() == 2


def test_an_order_given_up_is_credited_and_its_files_withdrawn(renter: Renter) -> None:
    settlement = settled(renter, 100)

    decide(settlement, renter, "cancel")

    settlement.refresh_from_db()
    rental = settlement.rental
    rental.refresh_from_db()
    assert (settlement.state, rental.state) == (SettlementState.CANCELLED, RentalState.CANCELLED)
    assert rental.deliveries.get().state == DeliveryState.WITHDRAWN
    note = Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)
    assert note.net_cents == -420_00
    # The work was done before it was given up: its line and order keep saying so.
    sale = sale_of(rental)
    assert sale.line.state == LineState.DONE
    assert sale.line.order.state == OrderState.EXECUTED
