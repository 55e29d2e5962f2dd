"""A discount on a line: within the limit of its day, with its reason, down to the invoice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect import clock
from marketingconnect.invoices.services import issue_invoice
from marketingconnect.kernel.money import Money
from marketingconnect.proposals.errors import (
    InvalidFieldsError,
    NotAllowedError,
    StaleProposalError,
    UnproposableLineError,
)
from marketingconnect.proposals.models import DiscountLimit, Proposal, ProposalLine
from marketingconnect.proposals.queries import quote_of
from marketingconnect.proposals.rules import discount_problems, discounted_price
from marketingconnect.proposals.services import (
    propose,
    revise,
    set_discount,
    set_discount_limit,
    withdraw,
)
from tests.cast import logged_in
from tests.proposals.selling import TODAY, Desk
from tests.sale import NOON
from tests.web.reading import page

TEN = Decimal(10)


@pytest.mark.parametrize(
    ("percent", "reason", "most", "field"),
    [
        ("10", "fidélité", "10", None),
        ("10.01", "fidélité", "10", "percent"),
        ("-1", "fidélité", "10", "percent"),
        ("1", "fidélité", "0", "percent"),
        ("10", " ", "10", "reason"),
        ("0", "", "0", None),
    ],
)
def test_a_discount_stands_up_to_the_limit_and_with_its_reason(
    percent: str, reason: str, most: str, field: str | None
) -> None:
    found = discount_problems(percent=Decimal(percent), reason=reason, most=Decimal(most))

    assert list(found) == ([field] if field else [])


@given(
    st.decimals("0.0001", "5000", places=4),
    st.decimals("0", "100", places=2),
)
def test_a_price_discounted_is_rounded_once_and_never_more_than_the_tariff(
    price: Decimal, percent: Decimal
) -> None:
    kept = discounted_price(price=price, percent=percent)

    assert 0 <= kept <= price
    assert abs(kept - price * (100 - percent) / 100) <= Decimal("0.00005")


def allow(desk: Desk, percent: Decimal = TEN) -> DiscountLimit:
    admin = desk.shop.cast.admin
    return set_discount_limit(
        most_percent=percent,
        in_force_from=TODAY,
        reason="Fin d’année",
        user_id=admin.pk,
        actor=desk.marc,
        now=NOON,
    )


def give(desk: Desk, proposal: Proposal, percent: Decimal = TEN, reason: str = "fidélité") -> None:
    line = proposal.lines.get()
    set_discount(proposal.pk, line.pk, percent=percent, reason=reason, actor=desk.marc, now=NOON)


@pytest.mark.django_db
def test_a_discount_goes_from_the_line_to_the_invoice(desk: Desk) -> None:
    """6 000 addresses at 29 € the thousand with telephones at 90 €, twice, less 10 %."""
    allow(desk)
    proposal = desk.draft(quantity=6_000, options=("list.phone",), uses=2)
    give(desk, proposal)

    (line,) = quote_of(proposal, TODAY).lines
    propose(proposal.pk, actor=desk.marc, now=NOON)
    order = desk.accepted(proposal)
    invoice = issue_invoice(order.pk, paid=Money(0), payment_method="transfer", now=NOON)

    assert line.unit_price == Decimal("214.2") == 2 * (29 + 90) * Decimal("0.9")
    assert line.net == Money(1_285_20) == Money(order.net_cents) == Money(invoice.net_cents)
    assert [part["unit_price"] for part in order.lines.get().parts] == [
        "29.0000",
        "90.0000",
        "-11.9000",
    ]
    detail = invoice.lines.get().detail.replace("\u00a0", " ")
    assert "Remise de 10 % (fidélité)" in detail
    assert "11,90" in detail


@pytest.mark.django_db
def test_a_plain_line_shows_its_tariff_before_the_discount(desk: Desk) -> None:
    allow(desk)
    proposal = desk.draft(quantity=6_000)
    give(desk, proposal)

    quote = quote_of(proposal, TODAY)

    assert [part.unit_price for part in quote.lines[0].parts] == [29, Decimal("-2.9")]
    assert quote.lines[0].net == Money(156_60)
    assert quote.top_up == Money(143_40)
    give(desk, proposal, Decimal(0))
    assert quote_of(proposal, TODAY).lines[0].parts == ()


@pytest.mark.django_db
def test_the_limit_is_dated_and_an_administrator_s(desk: Desk) -> None:
    cast, proposal = desk.shop.cast, desk.draft()
    with pytest.raises(InvalidFieldsError, match="Aucune remise"):
        give(desk, proposal)
    wanted: dict[str, Any] = {
        "most_percent": TEN,
        "in_force_from": TODAY,
        "reason": "Fin d’année",
        "user_id": cast.admin.pk,
        "actor": desk.marc,
        "now": NOON,
    }
    with pytest.raises(NotAllowedError):
        set_discount_limit(**{**wanted, "user_id": cast.marc.pk})
    for changes in (
        {"most_percent": Decimal(101)},
        {"in_force_from": TODAY - timedelta(days=1)},
        {"reason": " "},
    ):
        with pytest.raises(InvalidFieldsError) as refusal:
            set_discount_limit(**{**wanted, **changes})
        assert set(refusal.value.problems) == set(changes)

    allow(desk)
    with pytest.raises(InvalidFieldsError, match="déjà"):
        allow(desk)
    give(desk, proposal)
    with pytest.raises(InvalidFieldsError, match="10"):
        give(desk, proposal, Decimal("10.5"))


@pytest.mark.django_db
def test_a_discount_above_a_lower_limit_is_not_sent_and_a_sent_one_stands(desk: Desk) -> None:
    allow(desk)
    sent, waiting = desk.draft(), desk.draft()
    give(desk, sent)
    give(desk, waiting)
    propose(sent.pk, actor=desk.marc, now=NOON)
    tomorrow = NOON + timedelta(days=1)
    DiscountLimit.objects.create(
        in_force_from=TODAY + timedelta(days=1),
        most_percent=5,
        reason="Fin",
        set_by=desk.shop.cast.admin,
        set_at=NOON,
    )

    with pytest.raises(UnproposableLineError, match="remise"):
        propose(waiting.pk, actor=desk.marc, now=tomorrow)
    sent.refresh_from_db()
    with pytest.raises(StaleProposalError):
        give(desk, sent, Decimal(5))
    withdraw(sent.pk, reason="Révisée", actor=desk.marc, now=NOON)
    new = revise(sent.pk, user_id=desk.shop.cast.marc.pk, actor=desk.marc, now=NOON)
    assert new.lines.get().discount_percent == TEN


@pytest.mark.django_db
def test_the_database_wants_a_reason(desk: Desk) -> None:
    desk.draft()
    for bad in ({"discount_percent": 5}, {"discount_percent": 101, "discount_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProposalLine.objects.update(**bad)


@pytest.mark.django_db
def test_odile_sets_the_limit_and_marc_gives_a_discount(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    odile, marc = logged_in(desk.shop.cast.admin), logged_in(desk.shop.cast.marc)
    proposal = desk.draft()
    where = f"/gestion/propositions/{proposal.reference}/"
    assert "Jusqu’à" not in page(marc.get(where))
    limit = {"most_percent": "7,5", "in_force_from": "2026-11-23", "reason": "Fin d’année"}
    assert odile.post("/gestion/propositions/remises", {**limit, "reason": ""}).status_code == 400
    assert "7,50 %" in page(odile.post("/gestion/propositions/remises", limit, follow=True))

    line = f"{where}lignes/{proposal.lines.get().pk}/remise"
    refused = page(marc.post(line, {"percent": "8", "reason": "fidélité"}, follow=True))
    given = page(marc.post(line, {"percent": "7,5", "reason": "fidélité"}, follow=True))

    assert "La remise va jusqu’à 7,50 % aujourd’hui." in refused
    assert "Remise de 7,50 % (fidélité)" in given
    assert "Écrivez un nombre" in page(marc.post(line, {"percent": "beaucoup"}, follow=True))
