"""When an order is paid, what names it at the bank, and what a refused card may do next."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from marketingconnect.kernel.calendar import add_months
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.working_days import add_working_days, is_working_day
from marketingconnect.payments.states import DebitSequence, InstalmentState, Match

ASK_FIRST = timedelta(seconds=15)
ASK_LATEST = timedelta(hours=1)
ABANDONED_AFTER = timedelta(hours=24)
_LONGEST_BODY: Final = 21
_CREDITOR_IDENTIFIER: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
_CREDITOR_REFERENCE: Final = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")
_SPACED_REFERENCE: Final = re.compile(
    r"\bRF\s?\d\s?\d\s?((?:B\s?C|F\s?A)\s?2\s?0(?:\s?\d){8})(?!\d)"
)
_DOCUMENT: Final = re.compile(r"(?<![A-Z0-9])(BC|FA)[\s\-_/.]*(20\d{2})[\s\-_/.]*(\d{6})(?!\d)")


def is_settled(*, due: Money, received: Money) -> bool:
    """CGV II.1.b: an order is paid once all that is due is received and validated.

    A partial payment settles nothing.
    """
    return received >= due


def overpaid(*, due: Money, received: Money) -> Money:
    """CGV II.1.b: what was received beyond the amount due, to give back; zero otherwise."""
    return received - due if received > due else Money.zero


def remaining(*, due: Money, received: Money) -> Money:
    """CGV II.1.b: what is still awaited before the order can be validated."""
    return due - received if received < due else Money.zero


def transfer_is_required(*, net: Money, threshold: Money, applies: bool) -> bool:
    """CGV II.1.b: strictly above the threshold HT, the operator may require a bank transfer.

    `applies` says whether it does so for this client.
    """
    return applies and net > threshold


def proposed_after_refusal(*, threshold_exceeded: bool) -> tuple[str, ...]:
    """CGV II.1.b: a client whose card is refused is asked to pay by bank transfer.

    Another card may be tried, unless the amount already requires a transfer.
    """
    return ("transfer",) if threshold_exceeded else ("card", "transfer")


def receipt_problems(
    *, received_on: date, validated_on: date | None, ordered_on: date, today: date
) -> dict[str, str]:
    """CGV II.1.b: accounting records when a payment came and when it is validated, in that order.

    French sentences by field (`received_on`, `validated_on`); empty when both dates stand.
    """
    problems = {}
    if received_on > today:
        problems["received_on"] = "La date de réception est dans le futur."
    elif received_on < ordered_on:
        problems["received_on"] = "Le règlement ne peut pas précéder la commande."
    if validated_on is not None and validated_on < received_on:
        problems["validated_on"] = "La validation ne peut pas précéder la réception."
    elif validated_on is not None and validated_on > today:
        problems["validated_on"] = "La date de validation est dans le futur."
    return problems


def collection_refusal(*, received_on: date, collected_on: date, today: date) -> str:
    """CGV II.2.b: no bank pays a direct debit before its announced day; empty when it stands."""
    if received_on > today:
        return "La date de réception est dans le futur."
    if received_on < collected_on:
        return "La banque n’encaisse pas un prélèvement avant le jour annoncé au client."
    return ""


def next_question(*, now: datetime, times_asked: int) -> datetime:
    """CGV II.1.b: an unknown payment is asked again, ever less often, until it is known."""
    wait: timedelta = ASK_FIRST * int(2 ** min(times_asked, 12))
    return now + min(wait, ASK_LATEST)


def is_abandoned(*, sent_at: datetime, now: datetime) -> bool:
    """CGV II.1.b: a payment page left open for a day is closed; the client may start another."""
    return now - sent_at >= ABANDONED_AFTER


def creditor_reference(document: str) -> str:
    """CGV II.1.b: the reference of a bank transfer, RF and two check digits (ISO 11649).

    `document` is the number of an order or of an invoice: `BC-2026-000042` -> `RF..BC2026000042`.
    Raises ValueError for more than 21 letters and digits, or none.
    """
    body = "".join(character for character in document.upper() if character.isalnum())
    if not body.isascii() or not 1 <= len(body) <= _LONGEST_BODY:
        raise ValueError(f"no reference can be made of {document!r}")
    return f"RF{98 - _mod_97(body + 'RF00'):02d}{body}"


def is_creditor_reference(text: str) -> bool:
    """CGV II.1.b: whether a reference stands with its check digits; spaces do not count."""
    compact = "".join(text.split()).upper()
    if not _CREDITOR_REFERENCE.fullmatch(compact):
        return False
    return _mod_97(compact[4:] + compact[:4]) == 1


def documents_named(text: str) -> tuple[str, ...]:
    """CGV II.1.b: the orders and invoices that the words of a transfer name, each once.

    A number is found with or without its dashes, and inside a creditor reference, spaced or not;
    one whose check digits are wrong names nothing. `RF..BC2026000042` -> `("BC-2026-000042",)`.
    """
    words = text.upper()
    found = [
        _document("".join(match.group(1).split()))
        for match in _SPACED_REFERENCE.finditer(words)
        if is_creditor_reference(match.group())
    ]
    rest = _SPACED_REFERENCE.sub(" ", words)
    found += ["-".join(match.groups()) for match in _DOCUMENT.finditer(rest)]
    return tuple(dict.fromkeys(found))


def _document(compact: str) -> str:
    return f"{compact[:2]}-{compact[2:6]}-{compact[6:]}"


def match_of(*, amount: Money, named: Sequence[Money], fits: int, is_sure: bool) -> Match:
    """CGV II.1.b: how a transfer fits what is due; only an exact one is recorded by itself.

    `named` is what remains of each document that the transfer names, `fits` the number of orders
    and invoices that await this very amount. `is_sure` is false when something besides the
    amount calls for a person: no bank reference, a date out of range, a card payment open.
    """
    if not named:
        return Match.PROBABLE if fits == 1 else Match.UNMATCHED
    if len(named) > 1:
        return Match.PROBABLE
    if amount > named[0]:
        return Match.OVERPAID
    if amount < named[0]:
        return Match.PARTIAL
    return Match.EXACT if is_sure else Match.PROBABLE


def is_creditor_identifier(text: str) -> bool:
    """CGV II.2.b: whether a creditor identifier (ICS) stands: its shape and its check digits.

    The three characters after the check digits are the creditor's own and do not count.
    """
    if not _CREDITOR_IDENTIFIER.fullmatch(text):
        return False
    return _mod_97(text[7:] + text[:4]) == 1


def mandate_reference(*, company: str, rank: int) -> str:
    """CGV II.2.b: the unique reference of a mandate (RUM), 35 characters at most.

    `rank` counts the client's mandates from 1: `C-000042` -> `MC-C-000042-001`.
    """
    return f"MC-{company}-{rank:03d}"


def earliest_debit_date(*, announced_on: date, notice_days: int, territory: str) -> date:
    """CGV II.2.b: a debit falls at least so many days after its announcement, on a working day.

    Calendar days (14 unless the mandate agrees otherwise); the day of announcement is not counted.
    """
    day = announced_on + timedelta(days=notice_days)
    return day if is_working_day(day, territory) else add_working_days(day, 1, territory)


def latest_export_date(*, collected_on: date, territory: str) -> date:
    """CGV II.2.b: the bank wants the file one working day before the debit, at the latest."""
    return add_working_days(collected_on, -1, territory)


def mandate_void_on(*, last_used_on: date, unused_months: int) -> date:
    """CGV II.2.b: the first day on which a mandate not used since then is void.

    `last_used_on` is the day of its last debit, or of its signature.
    """
    return add_months(last_used_on, unused_months) + timedelta(days=1)


def debit_sequence(*, is_one_off: bool, debited_before: bool) -> DebitSequence:
    """CGV II.2.b: what the bank is told of a debit's place in its mandate.

    `debited_before` counts the debits sent and not refused.
    """
    if is_one_off:
        return DebitSequence.ONE_OFF
    return DebitSequence.RECURRENT if debited_before else DebitSequence.FIRST


def card_debit_is_to_announce(*, due_on: date, today: date, notice_days: int) -> bool:
    """CGV II.2.b: the client is told of a debit of its card so many days before its date."""
    return today >= due_on - timedelta(days=notice_days)


def card_debit_day(*, due_on: date, announced_on: date, notice_days: int) -> date:
    """CGV II.2.b: a card is debited on the instalment's date, or later when it was announced late.

    Calendar days; the day of the announcement is not counted.
    """
    return max(due_on, announced_on + timedelta(days=notice_days))


def next_card_debit(
    *,
    first_refused_on: date,
    times_refused: int,
    retry_days: Sequence[int],
    is_final: bool,
    today: date,
) -> date | None:
    """CGV II.2.b: a refused debit is tried again so many days after its first refusal.

    Never twice in a day. None after the last try, or a refusal that another try cannot change: a
    person takes over.
    """
    if is_final or times_refused > len(retry_days):
        return None
    planned = first_refused_on + timedelta(days=retry_days[times_refused - 1])
    return max(planned, today + timedelta(days=1))


def first_payment_due(*, accepted_on: date, within_months: int) -> date:
    """CGV II.2.b: the last day for the first payment, one month after the order was accepted.

    From 31 January it is 28 or 29 February: the last day of a shorter month.
    """
    return add_months(accepted_on, within_months)


def first_payment_is_late(*, due_on: date, received: Money, today: date) -> bool:
    """CGV II.2.b: nothing came by the end of that last day."""
    return received == Money.zero and today > due_on


def schedule(*, total: Money, count: int, first_on: date) -> tuple[tuple[date, Money], ...]:
    """CGV II.2.b: `count` monthly instalments that add up to the total, cents in the first ones.

    Each falls on the day of the first, or on the last day of a shorter month. Raises ValueError
    for no instalment, or more of them than cents.
    """
    if not 1 <= count <= total.cents:
        raise ValueError(f"{total} cannot be paid in {count} instalments")
    each, over = divmod(total.cents, count)
    return tuple(
        (add_months(first_on, place), Money(each + (1 if place < over else 0)))
        for place in range(count)
    )


def due_by(*, instalments: Sequence[tuple[date, Money]], today: date) -> Money:
    """CGV II.2.b: what should have been received by the end of the day before `today`."""
    return Money.total(amount for day, amount in instalments if day < today)


def enough_to_start(*, due: Money, received: Money, first: Money | None) -> bool:
    """CGV II.2.b: an order paid by instalments starts once the first one is received and validated.

    `first` is the amount of that instalment; None for an order that starts once all is paid: sold
    on line, without a schedule, or under terms that say so.
    """
    return is_settled(due=due if first is None else min(first, due), received=received)


def enough_to_go_on(
    *, due: Money, received: Money, first: Money | None, due_before_today: Money
) -> bool:
    """CGV II.2.b: money taken back stops the work of an order that is late, and of no other.

    `due_before_today` is what its schedule asked for until yesterday.
    """
    asked = due if first is None else min(max(first, due_before_today), due)
    return is_settled(due=asked, received=received)


def settled_by_instalment(*, amounts: Sequence[Money], settled: Money) -> tuple[Money, ...]:
    """CGV II.2.b: what comes pays the oldest instalment first; how much of each it settles."""
    left, shares = settled, []
    for amount in amounts:
        share = min(amount, max(left, Money.zero))
        shares.append(share)
        left = left - share
    return tuple(shares)


def instalment_state(
    *, amount: Money, paid: Money, given_up: Money, due_on: date, on: date
) -> InstalmentState:
    """CGV II.2.b: an instalment is late from the day after its date, until all of it came.

    `given_up` is what accounting wrote off of it.
    """
    if paid >= amount:
        return InstalmentState.PAID
    if paid + given_up >= amount:
        return InstalmentState.WRITTEN_OFF
    return InstalmentState.OVERDUE if due_on < on else InstalmentState.DUE


def small_difference_problem(*, difference: Money, received: Money, most: Money) -> str:
    """CGV II.1.b: a receipt short or over by so little is settled; a French sentence if it is not.

    `most` is the amount set for the day, included.
    """
    if not difference.cents or not received.cents:
        return "Aucun écart de règlement n’est à régulariser."
    if difference > most:
        return f"L’écart de {difference} dépasse {most} : relancez, remboursez ou passez en perte."
    return ""


def may_be_spent_on(*, note_issued_at: datetime, invoice_issued_at: datetime) -> bool:
    """CGV CL.6: a credit note pays invoices issued after it, or with it; never an earlier one."""
    return note_issued_at <= invoice_issued_at


def due_now(*, instalments: Sequence[tuple[date, Money]], settled: Money, on: date) -> Money:
    """CGV II.2.b: what a client pays on a day: all that is due by then, else the next instalment.

    The day of an instalment is the last one to pay it. Zero once everything came.
    """
    due = Money.total(amount for day, amount in instalments if day <= on)
    if due > settled:
        return due - settled
    following = Money.zero
    for _, amount in instalments:
        following = following + amount
        if following > settled:
            return following - settled
    return Money.zero


def _mod_97(characters: str) -> int:
    """ISO 7064: letters count from 10, A, to 35, Z."""
    return int("".join(str(int(character, 36)) for character in characters)) % 97
