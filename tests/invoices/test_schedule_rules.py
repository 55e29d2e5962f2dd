"""What an invoice paid by instalments prints, and from when each is owed."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.invoices.rules import invoice_law, invoiced_schedule, mentions, owed_by_date
from marketingconnect.invoices.schedules import schedule_in_words, shown_schedule
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import VatRate
from marketingconnect.terms.law import shipped_law

ISSUED = date(2026, 11, 23)
PLAN = ((date(2026, 11, 22), Money(100_00)), (ISSUED, Money(50_00)), (date(2027, 1, 1), Money(1)))
AMOUNTS = st.lists(st.integers(1, 500_00).map(Money), min_size=1, max_size=12)


@given(AMOUNTS, st.integers(1, 7_000_00).map(Money))
def test_invoiced_schedule_adds_up_to_the_invoice(amounts: list[Money], total: Money) -> None:
    days = [date(2027, 1, 1 + rank) for rank in range(len(amounts))]
    plan = list(zip(days, amounts, strict=True))

    found = invoiced_schedule(instalments=plan, total=total)

    assert Money.total(amount for _, amount in found) == total
    assert all(amount > Money.zero for _, amount in found)
    if total == Money.total(amounts):
        assert found == tuple(plan)


def test_owed_by_date_is_never_before_the_invoice() -> None:
    assert owed_by_date(schedule=PLAN, issued_on=ISSUED) == (
        (ISSUED, Money(150_00)),
        (date(2027, 1, 1), Money(1)),
    )
    assert owed_by_date(schedule=(), issued_on=ISSUED) == ()


def test_the_schedule_is_printed_with_what_came_before_the_invoice() -> None:
    shown = [row["received"] for row in shown_schedule(PLAN, paid=Money(120_00))]

    assert shown == ["100,00\u00a0€", "20,00\u00a0€", ""]
    assert schedule_in_words(PLAN[1:]).replace("\u00a0", " ") == (
        "Échéancier : 50,00 € le 23 novembre 2026 ; 0,01 € le 1er janvier 2027."
    )


def test_mentions_of_penalties_ask_for_no_penalty() -> None:
    outside = VatRate(Territory.METROPOLE, Decimal(0), ISSUED, None, "CGI", "Hors du champ")
    law = invoice_law(on=ISSUED, facts=shipped_law())

    found = mentions(
        kind=InvoiceKind.INVOICE,
        vat=outside,
        vat_on_debits=True,
        law=law,
        is_supply=False,
    )

    assert [one.codes for one in found] == [("exemption",), ("AAB",), ("PMD",), ("PMT",)]
    assert "10 %" not in " ".join(one.text for one in found)
