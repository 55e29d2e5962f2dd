"""What each act of the sale does to the accounts: amounts that always sum to zero."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatTotal
from marketingconnect.ledger.states import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of an entry: positive is a debit, negative a credit.

    `document` is what a client's line is about (an invoice, an order before it): what remains due
    of it is the sum of its lines. `due_on` is the day it should be paid at the latest.
    """

    role: Role
    amount: Money
    percent: Decimal | None = None
    document: str = ""
    due_on: date | None = None


Postings = tuple[Posting, ...]


def is_balanced(postings: Iterable[Posting]) -> bool:
    """CGV II.2.a: what is debited is credited, to the cent."""
    return Money.total(posting.amount for posting in postings) == Money.zero


def income_role(*, is_credit: bool, is_deposit: bool, cause: str) -> Role:
    """CGV II.2.a, CL.2, CL.6: deposits, fees, penalties, rebates and services: an account each.

    `cause` is the act behind the document: `claim:4`, `rental:7:fee`. What was not performed is
    taken off the sale itself; a compensation is a rebate. A credit note on a deposit is of it too.
    """
    if is_deposit:
        return Role.DEPOSITS_INVOICED
    if cause.startswith("penalty:"):
        return Role.PENALTIES
    if cause.endswith(":fee"):
        return Role.FEES
    return Role.REBATES if is_credit and cause.startswith("claim:") else Role.SERVICES


def invoice_postings(
    *,
    number: str,
    by_rate: Sequence[VatTotal],
    paid: Money,
    order: str,
    due_on: date,
    income: Role,
    deducted: Money = Money.zero,
    schedule: Sequence[tuple[date, Money]] = (),
) -> Postings:
    """CGV II.2.a: an invoice makes its client owe it, less what its order received before.

    `order` is the reference under which money received before was kept. `deducted` (HT) is what
    deposits already asked and the invoice takes off: the sale is whole in the accounts. With a
    `schedule`, which adds up to the total, the client owes each instalment at its own date.
    """
    gross = Money.total(total.gross for total in by_rate)
    asked = schedule or ((due_on, gross),)
    return _whole(
        *(
            Posting(role=Role.CLIENT, amount=amount, document=number, due_on=day)
            for day, amount in asked
        ),
        *_sale(by_rate, income),
        Posting(role=income, amount=-deducted),
        Posting(role=Role.DEPOSITS_INVOICED, amount=deducted),
        Posting(role=Role.DEPOSITS, amount=paid, document=order),
        Posting(role=Role.CLIENT, amount=-paid, document=number),
    )


def credit_note_postings(*, invoice: str, by_rate: Sequence[VatTotal], income: Role) -> Postings:
    """CGV II.2.a, CL.6: a credit note lowers its invoice and gives its VAT back.

    Its amounts are negative, as the document prints them. Beyond what was still due, the invoice
    then owes its client: that is the credit the client may spend.
    """
    gross = Money.total(total.gross for total in by_rate)
    return _whole(
        *_sale(by_rate, income),
        Posting(role=Role.CLIENT, amount=gross, document=invoice),
    )


def receipt_postings(
    *, amount: Money, place: Role, order: str, invoice: str, due: Money | None = None
) -> Postings:
    """CGV II.1.b, II.2.b: money in the bank, or a cheque in hand, is no longer owed.

    Received for an order (`invoice` empty), it is a deposit until the order is invoiced. For an
    order whose invoice is due (again), it pays the invoice up to `due`; what is beyond stays a
    deposit, to give back. Without `due`, all of it is for the invoice.
    """
    paid = amount if due is None else min(amount, max(due, Money.zero))
    if not invoice:
        paid = Money.zero
    return _whole(
        Posting(role=place, amount=amount),
        Posting(role=Role.CLIENT, amount=-paid, document=invoice),
        Posting(role=Role.DEPOSITS, amount=paid - amount, document=order),
    )


def reversed_receipt_postings(
    *, amount: Money, place: Role, order: str, invoice: str, kept: Money
) -> Postings:
    """CGV II.2.b: money received for an order, that the bank takes back.

    What the order kept beyond its price (`kept`) goes first; the rest is due again, by the
    `invoice` that used it, or by the order while there is none.
    """
    from_deposit, due_again = reversed_deposit(amount=amount, kept=kept if invoice else amount)
    return _whole(
        Posting(role=Role.DEPOSITS, amount=from_deposit, document=order),
        Posting(role=Role.CLIENT, amount=due_again, document=invoice),
        Posting(role=place, amount=-amount),
    )


def reversed_deposit(*, amount: Money, kept: Money) -> tuple[Money, Money]:
    """CGV II.2.b: money the bank takes back: what was still kept goes first, the rest is due again.

    `kept` is the deposit that no invoice used. Returns what lowers it, then what the invoice that
    used the rest asks again.
    """
    from_deposit = min(amount, kept)
    return from_deposit, amount - from_deposit


def credit_spent_postings(*, amount: Money, corrected: str, order: str, invoice: str) -> Postings:
    """CGV CL.6: a credit pays an order or a later invoice; no money moves.

    `corrected` is the invoice that the credit note lowered. Money is never spent beyond what is
    due, so that all of it is for the invoice once there is one.
    """
    return _whole(
        Posting(role=Role.CLIENT, amount=amount, document=corrected),
        _owed(-amount, order=order, invoice=invoice),
    )


def refund_postings(*, amount: Money, order: str, invoice: str) -> Postings:
    """CGV II.1.b, CL.6: money given back leaves the bank; the client is owed that much less."""
    return _whole(
        _owed(amount, order=order, invoice=invoice),
        Posting(role=Role.BANK, amount=-amount),
    )


def remittance_postings(*, amount: Money) -> Postings:
    """CGV II.2.b: cheques in hand reach the bank."""
    return _whole(
        Posting(role=Role.BANK, amount=amount),
        Posting(role=Role.CHEQUES, amount=-amount),
    )


def vat_within(*, amount: Money, percent: Decimal) -> Money:
    """CGV II.2.a: the VAT that an amount with it (TTC) contains, half up."""
    return Money.from_decimal(amount.to_decimal() * percent / (100 + percent))


def write_off_postings(*, amount: Money, percent: Decimal, invoice: str) -> Postings:
    """CGV II.2.a: what will never be paid (TTC) becomes a loss, and its VAT is taken back.

    CGI, art. 272, 1: `percent` is the invoice's VAT rate. Negative for what came after all: the
    loss is taken back and its VAT owed again.
    """
    vat = vat_within(amount=amount, percent=percent)
    return _whole(
        Posting(role=Role.BAD_DEBTS, amount=amount - vat),
        Posting(role=Role.VAT, amount=vat, percent=percent),
        Posting(role=Role.CLIENT, amount=-amount, document=invoice),
    )


def small_difference_postings(*, amount: Money, invoice: str, order: str = "") -> Postings:
    """CGV II.2.a: a few cents too little are a charge, a few cents too much a gain.

    `amount` is what the invoice still asks; negative when too much came. Without an invoice, it is
    the `order` that received too much.
    """
    role = Role.LOSSES if amount > Money.zero else Role.GAINS
    return _whole(
        Posting(role=role, amount=amount),
        _owed(-amount, order=order, invoice=invoice),
    )


def _sale(by_rate: Sequence[VatTotal], income: Role) -> Iterable[Posting]:
    for total in by_rate:
        yield Posting(role=income, amount=-total.net)
        yield Posting(role=Role.VAT, amount=-total.vat, percent=total.percent)


def _owed(amount: Money, *, order: str, invoice: str) -> Posting:
    if invoice:
        return Posting(role=Role.CLIENT, amount=amount, document=invoice)
    return Posting(role=Role.DEPOSITS, amount=amount, document=order)


def _whole(*postings: Posting) -> Postings:
    """Without the lines that say nothing."""
    return tuple(posting for posting in postings if posting.amount != Money.zero)
