"""The pages of the bank's movements in a real browser: no fault at any width in any theme."""

import pytest
from django.urls import reverse

from marketingconnect.payments.models import BankEntry
from tests.browser import OpenPage
from tests.cast import logged_in
from tests.sale import Shop
from tests.web.axe import problems_everywhere
from tests.web.back_office.test_bank import entry, order

__all__ = ["entry", "order"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_the_bank_s_pages_have_no_fault(shop: Shop, entry: BankEntry, open_page: OpenPage) -> None:
    ines = logged_in(shop.cast.ines)

    for path in (
        reverse("back_office:bank"),
        reverse("back_office:bank_entry", args=[entry.pk]),
    ):
        assert problems_everywhere(open_page(ines, path)) == []
