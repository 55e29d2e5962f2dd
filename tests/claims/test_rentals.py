"""What a refused message, a misuse or an amendment changes in an order."""

import pytest

from marketingconnect.claims.errors import InvalidFieldsError
from marketingconnect.claims.services import accept_amendment, cancel_rental, decide_sample
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.messages.states import ModerationState
from marketingconnect.notices.models import Notice
from marketingconnect.offers.list_rental.models import MessageSample
from marketingconnect.offers.list_rental.services import propose_amendment
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import LineState, OrderState
from marketingconnect.payments.queries import credit_of, unpaid_invoices
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import CLIENT, Renter, pay, put_in_cart

pytestmark = pytest.mark.django_db


def refuse(renter: Renter, sample: MessageSample) -> MessageSample:
    return decide_sample(
        sample.pk,
        decision="refused",
        reason="misleading",
        comment="Le prix barré n’est pas justifié.",
        user_id=renter.moderator.pk,
        actor=CLIENT,
        now=NOW,
    )


def documents(order: Order) -> list[tuple[str, int]]:
    return [(one.kind, one.net_cents) for one in order.invoices.order_by("pk")]


def test_a_refused_message_cancels_a_paid_order_and_bills_file_fees(renter: Renter) -> None:
    rental = renter.compose()
    sample = renter.sample(rental)
    order = renter.order(rental)
    pay(order)

    refuse(renter, sample)

    order.refresh_from_db()
    rental.refresh_from_db()
    assert (order.state, rental.state) == (OrderState.CANCELLED, RentalState.CANCELLED)
    assert rental.end_article == "CL.7"
    assert order.lines.get(offer="list_rental").state == LineState.STOPPED
    assert documents(order) == [
        (InvoiceKind.INVOICE, 900_00),
        (InvoiceKind.CREDIT_NOTE, -900_00),
        (InvoiceKind.INVOICE, 90_00),
    ]
    assert unpaid_invoices() == []
    assert credit_of(renter.company.pk) == Money(1_080_00 - 108_00)
    reason = Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE).reason
    assert "Publicité trompeuse" in reason
    assert "CL.7" in reason
    notice = Notice.objects.get(key=f"rental-sample:{sample.pk}:refused")
    assert "frais de dossier" in notice.text


def test_a_refused_message_of_an_unpaid_order_bills_file_fees_alone(renter: Renter) -> None:
    rental = renter.compose()
    sample = renter.sample(rental)
    order = renter.order(rental)

    refuse(renter, sample)

    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert documents(order) == [(InvoiceKind.INVOICE, 90_00)]


def test_a_message_refused_before_the_order_costs_nothing(renter: Renter) -> None:
    rental = renter.compose()

    refuse(renter, renter.sample(rental))

    rental.refresh_from_db()
    assert rental.state == RentalState.COMPOSING
    assert not Invoice.objects.exists()


def test_an_order_at_the_minimum_is_credited_whole(renter: Renter) -> None:
    rental = renter.compose(counted=500)
    sample = renter.sample(rental)
    order = renter.order(rental)
    pay(order)

    refuse(renter, sample)

    assert documents(order)[1] == (InvoiceKind.CREDIT_NOTE, -300_00)


def test_another_line_of_the_order_goes_on(renter: Renter) -> None:
    first, second = renter.compose(), renter.compose(counted=1_000)
    sample = renter.sample(first)
    put_in_cart(renter, second)
    order = renter.order(first)
    pay(order)

    refuse(renter, sample)

    order.refresh_from_db()
    assert order.state == OrderState.VALIDATED
    # 210,00 € go on, brought to the minimum of 300,00 €.
    assert documents(order)[1] == (InvoiceKind.CREDIT_NOTE, -810_00)


def test_an_approved_message_ends_nothing(renter: Renter) -> None:
    rental = renter.compose()
    sample = renter.sample(rental)
    renter.order(rental)

    decide_sample(
        sample.pk, decision="approved", user_id=renter.moderator.pk, actor=CLIENT, now=NOW
    )

    rental.refresh_from_db()
    sample.refresh_from_db()
    assert (rental.state, sample.state) == (RentalState.ORDERED, ModerationState.APPROVED)


def test_the_operator_cancels_for_misuse_with_a_reason(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)

    with pytest.raises(InvalidFieldsError):
        cancel_rental(delivery.rental_id, reason=" ", with_file_fee=True, actor=CLIENT, now=NOW)
    cancel_rental(
        delivery.rental_id, reason="Fichier revendu", with_file_fee=True, actor=CLIENT, now=NOW
    )

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WITHDRAWN
    assert Invoice.objects.count() == 1


def test_an_accepted_amendment_is_invoiced_once(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    amendment = propose_amendment(
        delivery.rental_id,
        uses=["direct_mail"],
        times=2,
        user_id=renter.user.pk,
        actor=CLIENT,
        now=NOW,
    )

    invoice = accept_amendment(amendment.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)

    assert invoice is not None
    assert (invoice.net_cents, invoice.due_cents) == (900_00, 1_080_00)
    assert invoice.cause == f"amendment:{amendment.pk}"
    assert "Avenant 1" in invoice.reason
