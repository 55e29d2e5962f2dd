"""Accounting agrees on schedules, follows them, and decides who pays by transfer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Instalment, TransferRequirement
from marketingconnect.payments.services.agreeing import first_payment_range
from tests.cast import logged_in
from tests.sale import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.order(method="transfer", now=clock.now())


def at(name: str, *keys: object) -> str:
    return reverse(f"back_office:{name}", args=keys)


def test_a_schedule_is_shown_before_it_is_agreed_once(order: Order, ines: Client) -> None:
    page, first = at("schedule", order.reference), clock.today() + timedelta(days=10)
    typed = {"count": 3, "first_on": first.isoformat()}
    found = ines.get(at("schedules"), {"commande": order.reference.lower()})
    assert found.headers["Location"] == page

    shown = ines.post(page, {**typed, "step": "preview"})
    assert [amount.cents for _, amount in shown.context["preview"]] == [120_00] * 3
    assert "II.2.b" in shown.text
    assert not Instalment.objects.exists()

    agreed = ines.post(page, {**typed, "step": "agree"}, follow=True)
    assert Instalment.objects.earliest("number").due_on == first
    assert "Échéancier convenu" in agreed.text
    assert ines.post(page, {**typed, "step": "agree"}).status_code == 409
    (row,) = ines.get(at("schedules")).context["rows"]
    assert (row[0], row[1], row[2].cents) == (order, "0 sur 3", 360_00)
    lines = ines.get(at("schedules_csv")).getvalue().decode().splitlines()
    assert len(lines) == 4
    assert lines[1].endswith(";120,00;0,00;120,00;À venir")


def test_what_does_not_stand_is_said_by_the_field(order: Order, ines: Client) -> None:
    earliest, latest = first_payment_range(order)
    for count, day, field in (
        ("1", earliest, "count"),
        ("25", earliest, "count"),
        ("deux", earliest, "count"),
        ("3", earliest - timedelta(days=1), "first_on"),
        ("3", latest + timedelta(days=1), "first_on"),
    ):
        typed = {"count": count, "first_on": day.isoformat(), "step": "agree"}
        page = ines.post(at("schedule", order.reference), typed)
        assert page.status_code == 400
        assert page.context["form"].errors[field]
    assert not Instalment.objects.exists()


def test_a_late_first_payment_is_listed(order: Order, ines: Client) -> None:
    typed = {"etat": "premiers-en-retard"}
    assert "Aucun premier paiement en retard" in ines.get(at("schedules"), typed).text

    Order.objects.update(accepted_at=clock.now() - timedelta(days=40))

    assert [row[0] for row in ines.get(at("schedules"), typed).context["late"]] == [order]
    lines = {line.queue.name: line.count for line in ines.get(at("home")).context["lines"]}
    assert lines["Premiers paiements en retard"] == 1


def test_a_client_s_rule_is_added_with_its_reason_and_applies_from_its_day(
    shop: Shop, ines: Client
) -> None:
    page, today = at("transfer_rule", shop.cast.bakery.reference), clock.today()
    before = ines.get(page)
    default = before.context["applies"]
    assert "règle des conditions" in before.text
    other = "no" if default else "yes"
    for typed in (
        {"applies": other, "in_force_from": today, "reason": " "},
        {"applies": "x", "in_force_from": today, "reason": "Appel"},
        {"applies": other, "in_force_from": today - timedelta(days=1), "reason": "Appel"},
    ):
        assert ines.post(page, typed).status_code == 400

    for day, applies, reason in (
        (today, other, "Bon payeur"),
        (today + timedelta(days=5), "yes" if default else "no", "Impayé"),
    ):
        ines.post(page, {"applies": applies, "in_force_from": day, "reason": reason})

    after = ines.get(page)
    assert after.context["applies"] is not default
    assert after.context["current"].reason == "Bon payeur"
    assert [row.reason for row in after.context["history"]] == ["Impayé", "Bon payeur"]
    listed = ines.get(at("transfer_rules"))
    assert [row.reason for row in listed.context["rows"]] == ["Impayé", "Bon payeur"]
    twice = {"applies": other, "in_force_from": today, "reason": "Encore"}
    assert ines.post(page, twice).status_code == 400
    assert TransferRequirement.objects.count() == 2
    assert page in ines.get(at("client", shop.cast.bakery.reference)).text


def test_only_accounting_opens_them(shop: Shop, order: Order, ines: Client) -> None:
    for who in (shop.cast.marc, shop.cast.sofia, shop.cast.alice):
        browser = logged_in(who)
        assert browser.get(at("schedules")).status_code == 403
        assert browser.get(at("schedule", order.reference)).status_code == 403
        rule = at("transfer_rule", shop.cast.bakery.reference)
        assert browser.get(rule).status_code == 403
    assert ines.get(at("schedule", "BC-2026-999999")).status_code == 404
    assert ines.get(at("transfer_rule", "C-999999")).status_code == 404
