"""Those who steer read figures that are the sums of documents."""

from datetime import date

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import issue_file_fee
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.queries import balances_of_clients
from marketingconnect.orders.models import OrderLine
from marketingconnect.payments.figures import (
    figures_by_month,
    months_until,
    ordered_by_offer,
    received_by_means,
)
from marketingconnect.payments.models import Payment
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod
from tests.cast import logged_in
from tests.sale import CLERK, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """An order paid by transfer, and file fees that wait."""
    now, today = clock.now(), clock.today()
    order = shop.order(method="transfer", now=now)
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(order.total_cents),
        reference="VIR 7",
        payer="Boulangerie Nadia",
        received_on=today,
        actor=CLERK,
        now=now,
    )
    validate_offline(payment.pk, validated_on=today, actor=CLERK, now=now)
    issue_file_fee(order.pk, reason="Annulation", cause="essai:1", now=now)
    return shop


def text(client: Client, name: str, **query: str) -> str:
    answer = client.get(reverse(f"back_office:{name}"), query)
    assert answer.status_code == 200
    return answer.getvalue().decode("utf-8", "replace")


def test_twelve_months_end_with_the_one_asked() -> None:
    months = months_until(date(2026, 1, 31))
    assert (months[0], months[-1], len(months)) == (date(2025, 2, 1), date(2026, 1, 1), 12)
    assert figures_by_month([]) == []


def test_figures_are_the_sums_of_documents(sold: Shop) -> None:
    months = months_until(clock.today())
    last = figures_by_month(months)[-1]

    net = Invoice.objects.aggregate(sum=Sum("net_cents"))["sum"]
    cents = Payment.objects.aggregate(sum=Sum("cents"))["sum"]
    lines = OrderLine.objects.aggregate(sum=Sum("net_cents"))["sum"]
    assert (last.invoiced, last.received, last.orders) == (Money(net), Money(cents), 1)
    assert last.basket == Money(lines)
    assert Money.total(ordered_by_offer(months).values()) == Money(lines)
    assert Money.total(received_by_means(months).values()) == Money(cents)
    later = [month.replace(year=month.year + 1) for month in months]
    assert figures_by_month(later)[-1].year_before == Money(net)
    assert figures_by_month(later)[-1].basket is None


def test_pages_show_and_export_the_same_figures(sold: Shop) -> None:
    ines = logged_in(sold.cast.ines)
    page = ines.get(reverse("back_office:management"))
    assert page.context["total"] == Money(Invoice.objects.aggregate(s=Sum("net_cents"))["s"])
    assert "Virement" in page.text
    day = reverse("back_office:ageing")
    aged = ines.get(day)
    assert aged.context["total"] == Money.total(balances_of_clients().values())
    assert sold.cast.bakery.reference in aged.text
    assert sold.cast.bakery.reference in text(ines, "ageing_csv")
    assert "Facturé HT" in text(ines, "management_csv")
    for name in ("management_xlsx", "ageing_xlsx"):
        assert text(ines, name).startswith("PK")
    before = f"{clock.today().replace(year=2020):%Y}-01-01"
    assert "Aucun client ne doit rien" in ines.get(day, {"au": before}).text
    for wrong in ("", "9999-12-31", "0001-01-01", "x"):
        assert ines.get(day, {"au": wrong}).context["day"] == clock.today()
