from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatTotal, vat_by_rate
from marketingconnect.ledger.chart import UnknownAccountError, account_on, shipped_chart
from marketingconnect.ledger.rules.closing import (
    accounting_day,
    is_over,
    month_of,
    month_to_close,
    next_month,
)
from marketingconnect.ledger.rules.postings import (
    Postings,
    credit_note_postings,
    credit_spent_postings,
    income_role,
    invoice_postings,
    is_balanced,
    receipt_postings,
    refund_postings,
    remittance_postings,
    reversed_deposit,
    reversed_receipt_postings,
    small_difference_postings,
    vat_within,
    write_off_postings,
)
from marketingconnect.ledger.states import BY_CLIENT, Role
from marketingconnect.terms.law import shipped_law, vat_rates_of

DUE = date(2026, 12, 23)
TWENTY = Decimal(20)
LINES = st.lists(
    st.tuples(
        st.integers(-10_000_00, 10_000_00).map(Money),
        st.sampled_from([Decimal(20), Decimal("8.5"), Decimal(0)]),
    ),
    min_size=1,
    max_size=6,
)


def shown(postings: Postings) -> list[tuple[str, int, str]]:
    return [(one.role.value, one.amount.cents, one.document) for one in postings]


def owed(postings: Postings) -> int:
    return sum(one.amount.cents for one in postings if one.role in BY_CLIENT)


def at_twenty(net: int) -> list[VatTotal]:
    return list(vat_by_rate([(Money(net), TWENTY)]))


def invoice(**changes: object) -> Postings:
    facts: dict[str, object] = {
        "number": "FA-1",
        "by_rate": at_twenty(300_00),
        "paid": Money.zero,
        "order": "CMD-1",
        "due_on": DUE,
        "income": Role.SERVICES,
    }
    return invoice_postings(**{**facts, **changes})  # type: ignore[arg-type]


def test_an_invoice_is_owed_by_its_client() -> None:
    assert shown(invoice()) == [
        ("client", 360_00, "FA-1"),
        ("services", -300_00, ""),
        ("vat", -60_00, ""),
    ]
    assert invoice()[0].due_on == DUE


def test_what_its_order_received_before_pays_it() -> None:
    assert shown(invoice(paid=Money(100_00)))[3:] == [
        ("deposits", 100_00, "CMD-1"),
        ("client", -100_00, "FA-1"),
    ]
    assert owed(invoice(paid=Money(100_00))) == 360_00


def test_an_invoice_without_vat_has_no_line_of_vat() -> None:
    postings = invoice(by_rate=vat_by_rate([(Money(300_00), Decimal(0))]))

    assert [one.role for one in postings] == [Role.CLIENT, Role.SERVICES]


def test_the_sale_is_whole_once_deposits_are_taken_off() -> None:
    postings = invoice(by_rate=at_twenty(200_00), deducted=Money(100_00))

    by_role = {
        role: sum(one.amount.cents for one in postings if one.role is role)
        for role in (Role.SERVICES, Role.DEPOSITS_INVOICED, Role.VAT, Role.CLIENT)
    }
    assert list(by_role.values()) == [-300_00, 100_00, -40_00, 240_00]


def test_a_credit_note_lowers_its_invoice_and_gives_vat_back() -> None:
    by_rate = [VatTotal(TWENTY, Money(-50_00), Money(-10_00))]

    assert shown(credit_note_postings(invoice="FA-1", by_rate=by_rate, income=Role.REBATES)) == [
        ("rebates", 50_00, ""),
        ("vat", 10_00, ""),
        ("client", -60_00, "FA-1"),
    ]


def test_money_is_a_deposit_until_the_order_is_invoiced() -> None:
    amount = Money(120_00)

    before = receipt_postings(amount=amount, place=Role.BANK, order="CMD-1", invoice="")
    after = receipt_postings(amount=amount, place=Role.CHEQUES, order="CMD-1", invoice="FA-2")

    assert shown(before) == [("bank", 120_00, ""), ("deposits", -120_00, "CMD-1")]
    assert shown(after) == [("cheques", 120_00, ""), ("client", -120_00, "FA-2")]


@pytest.mark.parametrize(
    ("due", "paid", "kept"),
    [(120_00, 120_00, 0), (119_99, 119_99, 1), (0, 0, 120_00), (-5_00, 0, 120_00)],
)
def test_money_for_an_order_already_invoiced_pays_its_invoice_first(
    due: int, paid: int, kept: int
) -> None:
    postings = receipt_postings(
        amount=Money(120_00), place=Role.BANK, order="CMD-1", invoice="FA-1", due=Money(due)
    )

    expected = [("bank", 120_00, ""), ("client", -paid, "FA-1"), ("deposits", -kept, "CMD-1")]
    assert shown(postings) == [row for row in expected if row[1]]


def test_money_taken_back_lowers_what_was_kept_before_an_invoice_is_due_again() -> None:
    assert reversed_deposit(amount=Money(100), kept=Money(40)) == (Money(40), Money(60))
    assert reversed_deposit(amount=Money(100), kept=Money(100)) == (Money(100), Money.zero)
    assert reversed_deposit(amount=Money(100), kept=Money.zero) == (Money.zero, Money(100))


@pytest.mark.parametrize(
    ("invoice", "kept", "expected"),
    [
        ("", 0, [("deposits", 100, "CMD-1"), ("bank", -100, "")]),
        ("FA-1", 0, [("client", 100, "FA-1"), ("bank", -100, "")]),
        (
            "FA-1",
            40,
            [("deposits", 40, "CMD-1"), ("client", 60, "FA-1"), ("bank", -100, "")],
        ),
        ("FA-1", 100, [("deposits", 100, "CMD-1"), ("bank", -100, "")]),
    ],
)
def test_a_receipt_taken_back_lowers_what_the_order_keeps_first(
    invoice: str, kept: int, expected: list[tuple[str, int, str]]
) -> None:
    postings = reversed_receipt_postings(
        amount=Money(100), place=Role.BANK, order="CMD-1", invoice=invoice, kept=Money(kept)
    )

    assert shown(postings) == expected


def test_a_schedule_makes_each_instalment_owed_at_its_date() -> None:
    first, second = date(2026, 12, 23), date(2027, 1, 23)
    schedule = ((first, Money(120_00)), (second, Money(240_00)))
    by_rate = [VatTotal(Decimal(20), Money(300_00), Money(60_00))]
    postings = invoice_postings(
        number="FA-1",
        by_rate=by_rate,
        paid=Money(120_00),
        order="CMD-1",
        due_on=second,
        income=Role.SERVICES,
        schedule=schedule,
    )

    assert [(one.due_on, one.amount) for one in postings if one.due_on] == list(schedule)
    assert is_balanced(postings)
    assert owed(postings) == 360_00


def test_vat_within_an_amount_comes_back_with_a_recovery() -> None:
    twenty = Decimal(20)
    assert vat_within(amount=Money(120_00), percent=twenty) == Money(20_00)
    assert vat_within(amount=Money(3), percent=twenty) == Money(1)
    back = write_off_postings(amount=Money(-120_00), percent=twenty, invoice="FA-1")

    assert shown(back) == [
        ("bad_debts", -100_00, ""),
        ("vat", -20_00, ""),
        ("client", 120_00, "FA-1"),
    ]


def test_credit_spent_moves_no_money() -> None:
    on_order = credit_spent_postings(
        amount=Money(60_00), corrected="FA-1", order="CMD-2", invoice=""
    )

    assert shown(on_order) == [("client", 60_00, "FA-1"), ("deposits", -60_00, "CMD-2")]
    assert owed(on_order) == 0


def test_a_refund_leaves_the_bank_and_cheques_reach_it() -> None:
    refund = refund_postings(amount=Money(5_00), order="CMD-1", invoice="")

    assert shown(refund) == [("deposits", 5_00, "CMD-1"), ("bank", -5_00, "")]
    assert shown(remittance_postings(amount=Money(5_00))) == [
        ("bank", 5_00, ""),
        ("cheques", -5_00, ""),
    ]


@pytest.mark.parametrize(
    ("gross", "percent", "loss", "vat"),
    [
        (120_00, "20", 100_00, 20_00),
        (1_00, "20", 83, 17),
        (3, "20", 2, 1),
        (2, "20", 2, 0),
        (108_50, "8.5", 100_00, 8_50),
        (50_00, "0", 50_00, 0),
    ],
)
def test_what_is_never_paid_is_a_loss_less_its_vat(
    gross: int, percent: str, loss: int, vat: int
) -> None:
    chart_percent = Decimal(percent)
    postings = write_off_postings(amount=Money(gross), percent=chart_percent, invoice="FA-1")

    expected = [("bad_debts", loss, ""), ("vat", vat, ""), ("client", -gross, "FA-1")]
    assert shown(postings) == [row for row in expected if row[1]]


def test_a_few_cents_are_a_charge_or_a_gain() -> None:
    too_little = small_difference_postings(amount=Money(3), invoice="FA-1")
    too_much = small_difference_postings(amount=Money(-3), invoice="FA-1")

    assert shown(too_little) == [("losses", 3, ""), ("client", -3, "FA-1")]
    assert shown(too_much) == [("gains", -3, ""), ("client", 3, "FA-1")]
    kept = small_difference_postings(amount=Money(-3), invoice="", order="CMD-1")
    assert shown(kept) == [("gains", -3, ""), ("deposits", 3, "CMD-1")]


@pytest.mark.parametrize(
    ("is_credit", "is_deposit", "cause", "role"),
    [
        (False, False, "", Role.SERVICES),
        (False, False, "settlement:3", Role.SERVICES),
        (False, False, "rental:7:fee", Role.FEES),
        (False, False, "penalty:12:2026-12-01", Role.PENALTIES),
        (True, False, "rental:7", Role.SERVICES),
        (True, False, "settlement:3", Role.SERVICES),
        (True, False, "claim:4", Role.REBATES),
        (False, True, "instalment:1", Role.DEPOSITS_INVOICED),
        (True, True, "claim:4", Role.DEPOSITS_INVOICED),
    ],
)
def test_each_income_has_its_account(
    is_credit: bool, is_deposit: bool, cause: str, role: Role
) -> None:
    assert income_role(is_credit=is_credit, is_deposit=is_deposit, cause=cause) is role


@given(lines=LINES, paid=st.integers(0, 10_000_00), deducted=st.integers(0, 10_000_00))
def test_every_entry_balances(lines: list[tuple[Money, Decimal]], paid: int, deducted: int) -> None:
    by_rate = vat_by_rate(lines)
    postings = invoice(by_rate=by_rate, paid=Money(paid), deducted=Money(deducted))
    note = credit_note_postings(invoice="FA-1", by_rate=by_rate, income=Role.SERVICES)

    assert is_balanced(postings)
    assert is_balanced(note)
    assert owed(postings) == owed(note) == sum(total.gross.cents for total in by_rate)
    assert all(one.amount.cents for one in (*postings, *note))


@given(amount=st.integers(1, 10**9), percent=st.sampled_from([Decimal(20), Decimal("8.5")]))
def test_a_write_off_balances_to_the_cent(amount: int, percent: Decimal) -> None:
    assert is_balanced(write_off_postings(amount=Money(amount), percent=percent, invoice="FA-1"))


def test_months_follow_one_another() -> None:
    assert month_of(date(2028, 2, 29)) == date(2028, 2, 1)
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2028, 1, 31)) == date(2028, 2, 1)
    assert month_to_close(last_closed=None, first_entry=None) is None
    assert month_to_close(last_closed=None, first_entry=date(2026, 3, 31)) == date(2026, 3, 1)
    assert month_to_close(last_closed=date(2026, 3, 1), first_entry=None) == date(2026, 4, 1)


def test_a_month_closes_once_it_is_over() -> None:
    assert not is_over(month=date(2028, 2, 1), today=date(2028, 2, 29))
    assert is_over(month=date(2028, 2, 1), today=date(2028, 3, 1))


@pytest.mark.parametrize(
    ("act", "booked"),
    [
        (date(2026, 10, 31), date(2026, 11, 1)),
        (date(2026, 11, 1), date(2026, 11, 1)),
        (date(2026, 11, 2), date(2026, 11, 2)),
        (date(2025, 1, 1), date(2026, 11, 1)),
    ],
)
def test_an_act_of_a_closed_month_is_booked_on_the_first_open_day(act: date, booked: date) -> None:
    assert accounting_day(act=act, last_closed=date(2026, 10, 1)) == booked
    assert accounting_day(act=act, last_closed=None) == act


@given(day=st.dates(date(2014, 1, 1), date(2100, 12, 31)), role=st.sampled_from(Role))
def test_each_use_has_one_account_each_day(day: date, role: Role) -> None:
    percents = [Decimal(20), Decimal("8.5")] if role is Role.VAT else [None]

    for percent in percents:
        assert account_on(role, day, shipped_chart(), percent=percent).number.isdecimal()


def test_every_rate_of_the_shipped_law_has_its_account_from_its_first_to_its_last_day() -> None:
    rates = [rate for rate in vat_rates_of(shipped_law()) if rate.percent]

    assert {rate.percent for rate in rates} >= {Decimal(20), Decimal("8.5")}
    for rate in rates:
        for day in (rate.in_force_from, rate.in_force_to or date(2100, 12, 31)):
            own = account_on(Role.VAT, day, shipped_chart(), percent=rate.percent)
            assert own.percent == rate.percent


def test_an_account_changes_its_label_on_a_day() -> None:
    last = date(2024, 12, 31)
    labels = [
        account_on(Role.LOSSES, day, shipped_chart()).label
        for day in (last, last + timedelta(days=1))
    ]

    assert labels == ["Charges diverses de gestion courante", "Pénalités et autres charges"]
    with pytest.raises(UnknownAccountError):
        account_on(Role.LOSSES, date(2013, 12, 31), shipped_chart())


def test_a_rate_voted_after_the_chart_is_booked_with_other_rates() -> None:
    voted = account_on(Role.VAT, DUE, shipped_chart(), percent=Decimal(21))

    assert (voted.number, voted.percent) == ("445710", None)
