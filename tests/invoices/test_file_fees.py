import pytest

from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.invoices.services import issue_file_fee
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db


def test_file_fees_are_those_of_the_tariff_of_the_order_once(shop: Shop) -> None:
    order = shop.order()

    fee = issue_file_fee(order.pk, reason="Annulée.", cause="claim:1:fee", now=NOON)
    again = issue_file_fee(order.pk, reason="Annulée.", cause="claim:1:fee", now=NOON)

    assert fee == again
    assert (fee.net_cents, fee.due_cents) == (90_00, 108_00)
    assert fee.supplied_on == NOON.date()
    assert [line.label for line in fee.lines.all()] == ["Frais de dossier"]
    assert first_invoice_of(order) is None
