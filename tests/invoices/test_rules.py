from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.invoices.rules import (
    CompanySize,
    cashed_by_rate,
    composition_of_price,
    credit_vat,
    deposit_problem,
    due_day,
    invoice_law,
    mentions,
    must_go_through_platform,
    number_of,
    totals,
    vat_for,
)
from marketingconnect.invoices.states import InvoiceKind, Series
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatRate, VatTotal, parse_vat_rates, shipped_vat_rates
from marketingconnect.ledger.rules.late_payment import penalty_rate
from marketingconnect.terms.law import parse_law, shipped_law, value_on

DAY = date(2026, 11, 23)
PENALTY = "taux de refinancement de la Banque centrale européenne majoré de 10 points"
LAW = invoice_law(on=DAY, facts=shipped_law())
CHANGING = parse_vat_rates(
    """
    [[rate]]
    territories = ["metropole"]
    percent = "20"
    in_force_from = 2014-01-01
    in_force_to = 2026-12-31
    source = "CGI, art. 278"
    [[rate]]
    territories = ["metropole"]
    percent = "21"
    in_force_from = 2027-01-01
    source = "loi de finances imaginaire"
    """
)


def mentions_for(territory: str, kind: InvoiceKind = InvoiceKind.INVOICE) -> str:
    vat = vat_for(issued_on=DAY, territory=territory, rates=shipped_vat_rates())
    sentences = mentions(kind=kind, vat=vat, vat_on_debits=False, law=LAW)
    return " ".join(one.text for one in sentences)


@pytest.mark.parametrize(
    ("territory", "percent"),
    [
        ("metropole", "20"),
        ("alsace-moselle", "20"),
        ("reunion", "8.5"),
        ("guadeloupe", "8.5"),
        ("guyane", "0"),
        ("mayotte", "0"),
    ],
)
def test_vat_follows_the_place_of_the_client(territory: str, percent: str) -> None:
    found = vat_for(issued_on=DAY, territory=territory, rates=shipped_vat_rates())

    assert found.percent == Decimal(percent)


def test_vat_is_that_of_the_day_of_issue() -> None:
    def rate(day: date) -> VatRate:
        return vat_for(issued_on=day, territory="metropole", rates=CHANGING)

    assert rate(date(2026, 12, 31)).percent == 20
    assert rate(date(2027, 1, 1)).percent == 21


def test_vat_is_computed_once_on_the_sum_of_a_rate() -> None:
    lines = [(Money(1_02), Decimal(20))] * 3

    (total,) = totals(lines=lines)

    assert (total.net, total.vat) == (Money(3_06), Money(61))


def test_a_paid_invoice_is_due_on_its_day_another_in_thirty() -> None:
    assert due_day(issued_on=DAY, remaining=Money.zero, law=LAW) == DAY
    assert due_day(issued_on=DAY, remaining=Money(1), law=LAW) == date(2026, 12, 23)


def test_numbers_read_by_series_and_year() -> None:
    assert number_of(series=Series.INVOICE, year=2026, sequence=17) == "FA-2026-000017"
    assert number_of(series=Series.CREDIT_NOTE, year=2027, sequence=1) == "AV-2027-000001"


def test_an_invoice_says_what_the_law_asks() -> None:
    text = mentions_for("metropole")

    for expected in ("prestation de services", "escompte", PENALTY, "40,00\u00a0€", "D441-5"):
        assert expected in text


def test_an_invoice_without_vat_says_by_which_article() -> None:
    assert "art. 294, 1 du CGI" in mentions_for("guyane")
    assert "art. 294, 1 du CGI" in mentions_for("mayotte")
    assert "294" not in mentions_for("metropole")


def test_a_credit_note_asks_for_no_penalty() -> None:
    assert "Pénalités" not in mentions_for("metropole", InvoiceKind.CREDIT_NOTE)


def test_the_option_for_debits_is_printed_when_chosen() -> None:
    vat = vat_for(issued_on=DAY, territory="metropole", rates=shipped_vat_rates())

    sentences = mentions(kind=InvoiceKind.INVOICE, vat=vat, vat_on_debits=True, law=LAW)

    assert any("d’après les débits" in sentence.text for sentence in sentences)


@given(
    net=st.integers(1, 10**8), percent=st.sampled_from(["20", "8.5", "5.5", "0"]), data=st.data()
)
def test_credit_notes_give_back_the_vat_of_an_invoice_to_the_cent(
    net: int, percent: str, data: st.DataObject
) -> None:
    rate = Decimal(percent)
    rest_net, rest_vat = Money(net), Money(net).percent(rate)
    while rest_net > Money.zero:
        part = Money(data.draw(st.integers(max(1, rest_net.cents // 3), rest_net.cents)))
        vat = credit_vat(net=part, percent=rate, remaining_net=rest_net, remaining_vat=rest_vat)
        rest_net, rest_vat = rest_net - part, rest_vat - vat
        assert rest_vat >= Money.zero

    assert rest_vat == Money.zero


def test_a_composed_price_says_what_it_adds_up() -> None:
    parts = [("Adresse postale", "180"), ("téléphone", "90.5")]

    sentence = composition_of_price(parts=parts, uses=2)

    assert sentence == ("Adresse postale 180,00\u00a0€ + téléphone 90,50\u00a0€, × 2 usages")
    assert composition_of_price(parts=parts, uses=1).endswith("90,50\u00a0€")
    assert composition_of_price(parts=[], uses=1) == ""


def test_the_figures_of_the_law_are_those_of_the_day_of_issue() -> None:
    facts = parse_law(
        "".join(
            f'''
            [[fact]]
            key = "{key}"
            value = {before}
            in_force_from = 2013-01-01
            in_force_to = 2026-12-31
            source = "avant"
            [[fact]]
            key = "{key}"
            value = {after}
            in_force_from = 2027-01-01
            source = "après"
            '''
            for key, before, after in (
                ("payment_term_default_days", 30, 45),
                ("recovery_indemnity_cents", 4000, 5000),
                ("late_penalty_points_over_ecb_rate", 10, 12),
                ("late_penalty_basis", '"ecb"', '"ecb"'),
                ("late_penalty_least_legal_rate_multiple", 3, 3),
            )
        )
    )

    before = invoice_law(on=date(2026, 12, 31), facts=facts)
    after = invoice_law(on=date(2027, 1, 1), facts=facts)

    assert (before.payment_days, before.recovery_indemnity) == (30, Money(40_00))
    assert (after.payment_days, after.recovery_indemnity) == (45, Money(50_00))
    assert due_day(issued_on=DAY, remaining=Money(1), law=after) == date(2027, 1, 7)


@pytest.mark.parametrize(
    ("chosen", "printed"),
    [("ecb", "Banque centrale européenne majoré de 10 points"), ("legal", "trois fois le taux")],
)
def test_the_penalty_printed_is_the_one_computed(chosen: str, printed: str) -> None:
    facts = [
        replace(fact, value=chosen) if fact.key == "late_penalty_basis" else fact
        for fact in shipped_law()
    ]
    law = invoice_law(on=DAY, facts=facts)
    vat = vat_for(issued_on=DAY, territory="metropole", rates=shipped_vat_rates())

    sentences = mentions(kind=InvoiceKind.INVOICE, vat=vat, vat_on_debits=False, law=law)

    assert any(printed in one.text for one in sentences)
    base = "ecb_refinancing" if chosen == "ecb" else "legal_interest"
    rate = Decimal(value_on(f"{base}_rate_percent", DAY, facts, str))
    assert penalty_rate(on=DAY, facts=facts) == (rate + 10 if chosen == "ecb" else rate * 3)


@pytest.mark.parametrize("kind", list(InvoiceKind))
def test_every_document_names_what_a_machine_looks_for(kind: InvoiceKind) -> None:
    vat = vat_for(issued_on=DAY, territory="guyane", rates=shipped_vat_rates())

    sentences = mentions(kind=kind, vat=vat, vat_on_debits=False, law=LAW)

    codes = sorted(code for one in sentences for code in one.codes)
    assert codes == ["AAB", "PMD", "PMT", "exemption"]


def test_the_mentions_of_the_reform_are_printed() -> None:
    text = mentions_for("metropole")

    assert "Catégorie de l’opération" in text
    assert "adresse de livraison" in text


@pytest.mark.parametrize(
    ("net", "deposited", "refused"),
    [(0, 0, True), (1, 0, False), (300_00, 0, False), (300_01, 0, True), (201, 298_00, True)],
)
def test_deposits_never_ask_more_than_the_order(net: int, deposited: int, refused: bool) -> None:
    problem = deposit_problem(net=Money(net), ordered=Money(300_00), deposited=Money(deposited))

    assert bool(problem) == refused


@pytest.mark.parametrize(
    ("day", "size", "has_vat", "goes_through"),
    [
        (date(2026, 8, 31), CompanySize.LARGE, True, False),
        (date(2026, 9, 1), CompanySize.LARGE, True, True),
        (date(2026, 9, 1), CompanySize.SMALL, True, False),
        (date(2027, 8, 31), CompanySize.SMALL, True, False),
        (date(2027, 9, 1), CompanySize.SMALL, True, True),
        (date(2027, 9, 1), CompanySize.LARGE, False, False),
    ],
)
def test_the_law_says_when_invoices_go_through_a_platform(
    day: date, size: CompanySize, has_vat: bool, goes_through: bool
) -> None:
    asked = must_go_through_platform(issued_on=day, size=size, has_vat=has_vat, facts=shipped_law())

    assert asked is goes_through


def test_what_was_credited_was_not_cashed() -> None:
    issued = VatTotal(Decimal(20), Money(100_00), Money(20_00))
    half = VatTotal(Decimal(20), Money(-50_00), Money(-10_00))

    assert cashed_by_rate(by_rate=[issued, half]) == ((Decimal(20), Money(60_00)),)
    assert cashed_by_rate(by_rate=[issued, half, half]) == ()


def test_what_is_cashed_is_told_with_vat_by_rate() -> None:
    by_rate = totals(lines=[(Money(100_00), Decimal(20)), (Money(10_00), Decimal("8.5"))])

    assert cashed_by_rate(by_rate=by_rate) == (
        (Decimal(20), Money(120_00)),
        (Decimal("8.5"), Money(10_85)),
    )
