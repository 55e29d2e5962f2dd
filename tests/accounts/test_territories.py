"""Every territory of the law fits where a client and its orders keep theirs."""

import pytest
from django.db.models import CharField, Model

from marketingconnect.accounts.models import Company
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.territory import Territory
from marketingconnect.orders.models import Order


@pytest.mark.parametrize("model", [Company, Order, Invoice])
def test_the_longest_name_fits(model: type[Model]) -> None:
    field = model._meta.get_field("territory")

    assert isinstance(field, CharField)
    assert field.max_length is not None
    assert max(len(territory.value) for territory in Territory) <= field.max_length
