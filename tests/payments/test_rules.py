from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.money import Money
from marketingconnect.payments.reasons import reason_fr
from marketingconnect.payments.rules import (
    collection_refusal,
    creditor_reference,
    debit_sequence,
    documents_named,
    due_by,
    earliest_debit_date,
    first_payment_due,
    first_payment_is_late,
    is_abandoned,
    is_creditor_identifier,
    is_creditor_reference,
    is_settled,
    latest_export_date,
    mandate_reference,
    mandate_void_on,
    match_of,
    next_question,
    overpaid,
    proposed_after_refusal,
    receipt_problems,
    remaining,
    schedule,
    transfer_is_required,
)
from marketingconnect.payments.states import TRANSITIONS, AttemptState, Match

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
amounts = st.integers(min_value=0, max_value=10**9).map(Money)


@pytest.mark.parametrize(
    ("received", "settled"), [(0, False), (119_99, False), (120_00, True), (130_00, True)]
)
def test_only_the_whole_amount_settles(received: int, settled: bool) -> None:
    assert is_settled(due=Money(120_00), received=Money(received)) is settled


@given(due=amounts, received=amounts)
def test_what_is_missing_and_what_is_too_much_never_coexist(due: Money, received: Money) -> None:
    missing, excess = remaining(due=due, received=received), overpaid(due=due, received=received)

    assert received + missing - excess == due
    assert Money.zero in {missing, excess}


@pytest.mark.parametrize(("net", "required"), [(5_000_00, False), (5_000_01, True)])
def test_a_transfer_is_required_strictly_above_the_threshold(net: int, required: bool) -> None:
    threshold = Money(5_000_00)

    assert transfer_is_required(net=Money(net), threshold=threshold, applies=True) is required
    assert not transfer_is_required(net=Money(net), threshold=threshold, applies=False)


def test_a_refused_card_leads_to_a_transfer() -> None:
    assert proposed_after_refusal(threshold_exceeded=False) == ("card", "transfer")
    assert proposed_after_refusal(threshold_exceeded=True) == ("transfer",)


@pytest.mark.parametrize(
    ("received_on", "validated_on", "field"),
    [
        (MONDAY, None, None),
        (MONDAY, MONDAY, None),
        (MONDAY + timedelta(1), None, "received_on"),
        (MONDAY - timedelta(3), None, None),
        (MONDAY - timedelta(4), None, "received_on"),
        (MONDAY, MONDAY - timedelta(1), "validated_on"),
        (MONDAY, MONDAY + timedelta(1), "validated_on"),
    ],
)
def test_accounting_s_two_dates_follow_each_other(
    received_on: date, validated_on: date | None, field: str | None
) -> None:
    problems = receipt_problems(
        received_on=received_on,
        validated_on=validated_on,
        ordered_on=MONDAY - timedelta(3),
        today=MONDAY,
    )

    assert list(problems) == ([field] if field else [])


def test_questions_come_ever_less_often_and_never_stop() -> None:
    waits = [next_question(now=NOON, times_asked=n) - NOON for n in range(30)]

    assert waits[0] == timedelta(seconds=15)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


def test_a_page_left_open_for_a_day_is_abandoned() -> None:
    day = timedelta(hours=24)

    assert is_abandoned(sent_at=NOON - day, now=NOON)
    assert not is_abandoned(sent_at=NOON - day + timedelta(seconds=1), now=NOON)


def test_success_is_final_and_reachable_from_everywhere_else() -> None:
    assert TRANSITIONS[AttemptState.SUCCEEDED] == set()
    others = set(AttemptState) - {AttemptState.SUCCEEDED}
    assert all(AttemptState.SUCCEEDED in TRANSITIONS[state] for state in others)


def test_every_refusal_has_a_sentence() -> None:
    assert "provision" in reason_fr("insufficient_funds")
    assert reason_fr("never heard of") == "Le paiement par carte n’a pas abouti."


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        ("539007547034", "RF18539007547034"),
        ("BC-2026-000042", "RF25BC2026000042"),
        ("FA-2026-000017", creditor_reference("FA2026000017")),
    ],
)
def test_a_reference_has_its_check_digits(document: str, reference: str) -> None:
    assert creditor_reference(document) == reference
    assert is_creditor_reference(reference)


@pytest.mark.parametrize("document", ["", "- -", "A" * 22, "ÉTÉ"])
def test_no_reference_is_made_of_what_iso_11649_refuses(document: str) -> None:
    with pytest.raises(ValueError, match="no reference"):
        creditor_reference(document)


@given(
    body=st.text("0123456789", min_size=1, max_size=21),
    place=st.integers(min_value=2, max_value=24),
    other=st.sampled_from("0123456789"),
)
def test_one_wrong_figure_is_seen(body: str, place: int, other: str) -> None:
    reference = creditor_reference(body)
    place %= len(reference)
    changed = reference[:place] + other + reference[place + 1 :]

    assert is_creditor_reference(reference)
    assert is_creditor_reference(changed) is (changed == reference)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("RF25BC2026000042", ("BC-2026-000042",)),
        ("VIR RF25 BC20 2600 0042 MERCI", ("BC-2026-000042",)),
        ("commande bc-2026-000042", ("BC-2026-000042",)),
        ("BC 2026 000042 et FA/2026/000017", ("BC-2026-000042", "FA-2026-000017")),
        ("BC2026000042 BC-2026-000042", ("BC-2026-000042",)),
        ("RF26BC2026000042", ()),
        ("RF26 BC2026000042", ()),
        ("BC-2026-0000421", ()),
        ("XBC-2026-000042", ()),
        ("loyer de novembre", ()),
        ("", ()),
    ],
)
def test_a_transfer_names_orders_and_invoices(words: str, named: tuple[str, ...]) -> None:
    assert documents_named(words) == named


@pytest.mark.parametrize(
    ("amount", "named", "fits", "match"),
    [
        (100, [100], 0, Match.EXACT),
        (99, [100], 0, Match.PARTIAL),
        (101, [100], 0, Match.OVERPAID),
        (100, [0], 0, Match.OVERPAID),
        (100, [60, 40], 0, Match.PROBABLE),
        (100, [], 1, Match.PROBABLE),
        (100, [], 2, Match.UNMATCHED),
        (100, [], 0, Match.UNMATCHED),
    ],
)
def test_how_a_transfer_fits(amount: int, named: list[int], fits: int, match: Match) -> None:
    dues = [Money(cents) for cents in named]

    assert match_of(amount=Money(amount), named=dues, fits=fits, is_sure=True) is match
    doubted = match_of(amount=Money(amount), named=dues, fits=fits, is_sure=False)
    assert doubted is (Match.PROBABLE if match is Match.EXACT else match)


@pytest.mark.parametrize(
    ("identifier", "stands"),
    [
        ("FR72ZZZ123456", True),
        ("FR72ABC123456", True),
        ("DE98ZZZ09999999999", True),
        ("FR73ZZZ123456", False),
        ("FR72ZZZ", False),
        ("fr72zzz123456", False),
        ("", False),
    ],
)
def test_a_creditor_identifier_is_checked(identifier: str, stands: bool) -> None:
    assert is_creditor_identifier(identifier) is stands


def test_a_mandate_has_a_reference_that_the_scheme_accepts() -> None:
    reference = mandate_reference(company="C-000042", rank=7)

    assert reference == "MC-C-000042-007"
    assert len(mandate_reference(company="C" * 12, rank=999_999)) <= 35


@pytest.mark.parametrize(
    ("announced_on", "notice_days", "day"),
    [
        (date(2026, 11, 23), 14, date(2026, 12, 7)),
        (date(2026, 11, 21), 14, date(2026, 12, 7)),
        (date(2026, 12, 11), 14, date(2026, 12, 28)),
        (date(2028, 2, 15), 14, date(2028, 2, 29)),
        (date(2026, 2, 14), 14, date(2026, 3, 2)),
        (date(2026, 11, 23), 2, date(2026, 11, 25)),
    ],
)
def test_a_debit_falls_once_its_notice_has_run(
    announced_on: date, notice_days: int, day: date
) -> None:
    found = earliest_debit_date(
        announced_on=announced_on, notice_days=notice_days, territory="metropole"
    )

    assert found == day


@pytest.mark.parametrize(
    ("collected_on", "latest"),
    [
        (date(2026, 12, 8), date(2026, 12, 7)),
        (date(2026, 12, 7), date(2026, 12, 4)),
        (date(2026, 12, 28), date(2026, 12, 24)),
    ],
)
def test_the_bank_wants_its_file_a_working_day_before(collected_on: date, latest: date) -> None:
    assert latest_export_date(collected_on=collected_on, territory="metropole") == latest


@pytest.mark.parametrize(
    ("used", "void"),
    [
        (date(2026, 11, 23), date(2029, 11, 24)),
        (date(2028, 2, 29), date(2031, 3, 1)),
        (date(2026, 12, 31), date(2030, 1, 1)),
    ],
)
def test_a_mandate_is_void_after_36_months_unused(used: date, void: date) -> None:
    assert mandate_void_on(last_used_on=used, unused_months=36) == void


@pytest.mark.parametrize(
    ("is_one_off", "before", "sequence"),
    [
        (True, False, "OOFF"),
        (True, True, "OOFF"),
        (False, False, "FRST"),
        (False, True, "RCUR"),
    ],
)
def test_the_bank_is_told_the_place_of_a_debit(
    is_one_off: bool, before: bool, sequence: str
) -> None:
    assert debit_sequence(is_one_off=is_one_off, debited_before=before) == sequence


@pytest.mark.parametrize(
    ("accepted_on", "due_on"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 3, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
    ],
)
def test_the_first_payment_is_due_within_a_month(accepted_on: date, due_on: date) -> None:
    due = first_payment_due(accepted_on=accepted_on, within_months=1)

    assert due == due_on
    after = due + timedelta(days=1)
    assert not first_payment_is_late(due_on=due, received=Money.zero, today=due)
    assert first_payment_is_late(due_on=due, received=Money.zero, today=after)
    assert not first_payment_is_late(due_on=due, received=Money(1), today=after)


def test_a_schedule_keeps_its_day_and_its_cents() -> None:
    planned = schedule(total=Money(100_00), count=3, first_on=date(2028, 1, 31))

    assert planned == (
        (date(2028, 1, 31), Money(33_34)),
        (date(2028, 2, 29), Money(33_33)),
        (date(2028, 3, 31), Money(33_33)),
    )
    assert due_by(instalments=planned, today=date(2028, 2, 29)) == Money(33_34)
    assert due_by(instalments=planned, today=date(2028, 3, 1)) == Money(66_67)
    assert due_by(instalments=planned, today=date(2028, 4, 1)) == Money(100_00)


@given(
    total=st.integers(1, 10**8),
    count=st.integers(1, 60),
    first_on=st.dates(date(2026, 1, 1), date(2040, 12, 31)),
)
def test_a_schedule_adds_up_and_moves_on(total: int, count: int, first_on: date) -> None:
    if count > total:
        with pytest.raises(ValueError, match="instalments"):
            schedule(total=Money(total), count=count, first_on=first_on)
        return
    planned = schedule(total=Money(total), count=count, first_on=first_on)
    days, amounts = zip(*planned, strict=True)

    assert Money.total(amounts) == Money(total)
    assert list(days) == sorted(set(days))
    assert max(amounts).cents - min(amounts).cents <= 1
    assert all(amount.cents > 0 for amount in amounts)


@pytest.mark.parametrize(
    ("received_on", "stands"),
    [
        (date(2026, 11, 29), False),
        (date(2026, 11, 30), True),
        (date(2026, 12, 4), True),
        (date(2026, 12, 5), False),
    ],
)
def test_a_debit_comes_from_its_day_on_and_not_after_today(received_on: date, stands: bool) -> None:
    refusal = collection_refusal(
        received_on=received_on, collected_on=date(2026, 11, 30), today=date(2026, 12, 4)
    )

    assert (refusal == "") is stands
