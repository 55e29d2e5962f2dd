"""What an invoice must say and how it is taxed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from marketingconnect.invoices.states import InvoiceKind, Series
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import VatRate, VatTotal, find_vat_rate, vat_by_rate
from marketingconnect.terms.law import Fact, is_in_force, value_on

_MULTIPLES = {3: "trois", 4: "quatre", 5: "cinq"}


class CompanySize(StrEnum):
    """What the reform tells apart among issuers; it is the operator's own."""

    LARGE = "large"
    """Grandes entreprises et ETI."""
    SMALL = "small"
    """PME et microentreprises."""


@dataclass(frozen=True, slots=True)
class InvoiceLaw:
    """What the law of the day of issue sets: the default term, what a late payer owes."""

    payment_days: int
    recovery_indemnity: Money
    penalty_points: int
    """Added to the rate of the European Central Bank when the seller says nothing else."""
    legal_rate_multiple: int = 0
    """Of the legal rate, where penalties are reckoned on it instead; 0 otherwise."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence of an invoice; `codes` are its subjects for a machine (UNTDID 4451)."""

    text: str
    codes: tuple[str, ...] = ()


def invoice_law(*, on: date, facts: Sequence[Fact]) -> InvoiceLaw:
    """CGV II.2.a: the figures in force the day an invoice is issued (C. com. L441-10, D441-5)."""
    on_legal_rate = value_on("late_penalty_basis", on, facts, str) == "legal"
    multiple = value_on("late_penalty_least_legal_rate_multiple", on, facts, int)
    return InvoiceLaw(
        legal_rate_multiple=multiple if on_legal_rate else 0,
        payment_days=value_on("payment_term_default_days", on, facts, int),
        recovery_indemnity=Money(value_on("recovery_indemnity_cents", on, facts, int)),
        penalty_points=value_on("late_penalty_points_over_ecb_rate", on, facts, int),
    )


def vat_for(*, issued_on: date, territory: str, rates: Sequence[VatRate]) -> VatRate:
    """CGV II.1.b, II.2.a: VAT is that in force the day the invoice is issued, where the client is.

    The day of the order does not count.
    """
    return find_vat_rate(issued_on, Territory(territory), rates)


def totals(*, lines: Iterable[tuple[Money, Decimal]]) -> tuple[VatTotal, ...]:
    """CGV II.2.a: what is due, by rate: VAT is computed once on the sum of each rate's lines."""
    return vat_by_rate(lines)


def credit_vat(
    *, net: Money, percent: Decimal, remaining_net: Money, remaining_vat: Money
) -> Money:
    """CGV II.2.a: a credit note gives back the VAT of its amount, at the rate of the invoice.

    Taking back all that remains, it takes all the VAT that remains: cents never get lost.
    """
    if net == remaining_net:
        return remaining_vat
    return min(net.percent(percent), remaining_vat)


def composition_of_price(*, parts: Sequence[tuple[str, str]], uses: int) -> str:
    """CGV II.1.b, CL.1: the sentence that says what a unit price adds up; empty for one part.

    `parts` are labels and prices in euros.
    """
    if not parts:
        return ""
    prices = " + ".join(f"{label} {Money.from_decimal(Decimal(price))}" for label, price in parts)
    return f"{prices}, × {uses} usages" if uses > 1 else prices


def due_day(*, issued_on: date, remaining: Money, law: InvoiceLaw) -> date:
    """CGV II.2.a: an invoice already paid is due on its day, another after the legal term.

    C. com. L441-10, I: thirty days unless agreed otherwise.
    """
    days = law.payment_days if remaining > Money.zero else 0
    return issued_on + timedelta(days=days)


def invoiced_schedule(
    *, instalments: Sequence[tuple[date, Money]], total: Money
) -> tuple[tuple[date, Money], ...]:
    """CGV II.2.b: the schedule that an invoice prints adds up to its total.

    What a change of VAT makes of the difference falls on the last instalments.
    """
    left, shares = total, []
    for rank, (day, amount) in enumerate(instalments, start=1):
        share = left if rank == len(instalments) else min(amount, left)
        left = left - share
        shares.append((day, share))
    return tuple((day, share) for day, share in shares if share > Money.zero)


def owed_by_date(
    *, schedule: Sequence[tuple[date, Money]], issued_on: date
) -> tuple[tuple[date, Money], ...]:
    """CGV II.2.b: by when each instalment of an invoice is owed, never before the invoice itself.

    C. com., art. L441-10: penalties run from the date that an invoice gives.
    """
    owed: dict[date, Money] = {}
    for day, amount in schedule:
        day_owed = max(day, issued_on)
        owed[day_owed] = owed.get(day_owed, Money.zero) + amount
    return tuple(owed.items())


def deposit_problem(*, net: Money, ordered: Money, deposited: Money) -> str:
    """CGV II.2.a: a deposit asks for something, and deposits together never exceed the order.

    A French sentence, empty when the deposit may be invoiced.
    """
    if net <= Money.zero:
        return "Un acompte demande un montant."
    left = ordered - deposited
    if net > left:
        return f"Un acompte de {net} HT dépasse ce qui reste à facturer : {left} HT."
    return ""


def number_of(*, series: Series, year: int, sequence: int) -> str:
    """CGV II.2.a: each document has its number in one continuous series: `FA-2026-000017`."""
    return f"{series}-{year}-{sequence:06d}"


def mentions(
    *,
    kind: InvoiceKind,
    vat: VatRate,
    vat_on_debits: bool,
    law: InvoiceLaw,
    is_supply: bool = True,
) -> list[Mention]:
    """CGV II.2.a: the sentences the law asks of an invoice, in the order they are printed.

    C. com. L441-9, CGI ann. II art. 242 nonies A, those of the 2026 reform included: kind of
    operation, place of delivery, option for debits (the client's SIREN stands with its address).
    A credit note asks for no payment. What is no supply (`is_supply`), penalties, bears none.
    """
    if not is_supply:
        return [Mention(f"{vat.mention}.", ("exemption",)), *_penalty_mentions()]
    sentences = [
        Mention("Catégorie de l’opération : prestation de services."),
        Mention("Prestation fournie en ligne : aucune adresse de livraison."),
    ]
    if vat.mention:
        sentences.append(Mention(f"{vat.mention}.", ("exemption",)))
    if vat_on_debits:
        sentences.append(Mention("Option pour le paiement de la taxe d’après les débits."))
    if kind is InvoiceKind.CREDIT_NOTE:
        nothing = "Un avoir n’appelle aucun paiement : ni escompte, ni pénalité, ni indemnité."
        return [*sentences, Mention(nothing, ("AAB", "PMD", "PMT"))]
    return [*sentences, *_payment_mentions(law)]


def _penalty_mentions() -> list[Mention]:
    return [
        Mention("Pas d’escompte pour paiement anticipé.", ("AAB",)),
        Mention("Ces pénalités ne portent pas elles-mêmes de pénalités.", ("PMD",)),
        Mention("Ce document n’appelle pas d’autre indemnité de recouvrement.", ("PMT",)),
    ]


def _legal_penalty(law: InvoiceLaw) -> str:
    if law.legal_rate_multiple:
        multiple = _MULTIPLES.get(law.legal_rate_multiple, str(law.legal_rate_multiple))
        return f"{multiple} fois le taux d’intérêt légal"
    return (
        "taux de refinancement de la Banque centrale européenne majoré de "
        f"{law.penalty_points} points"
    )


def _payment_mentions(law: InvoiceLaw) -> list[Mention]:
    return [
        Mention("Pas d’escompte pour paiement anticipé.", ("AAB",)),
        Mention(
            f"Pénalités de retard exigibles le jour suivant l’échéance : {_legal_penalty(law)} "
            "(C. com., art. L441-10).",
            ("PMD",),
        ),
        Mention(
            "Indemnité forfaitaire pour frais de recouvrement en cas de retard : "
            f"{law.recovery_indemnity} (C. com., art. D441-5).",
            ("PMT",),
        ),
    ]


def must_go_through_platform(
    *, issued_on: date, size: CompanySize, has_vat: bool, facts: Sequence[Fact]
) -> bool:
    """CGV II.2.a: whether the rules on invoices between companies want an approved platform.

    CGI, art. 289 bis: from the day that the law gives to companies of the issuer's size, for what
    French VAT applies to; for the rest, data are declared and the invoice goes by e-mail.
    """
    return has_vat and is_in_force(f"e_invoice_issue_required_{size}", issued_on, facts)


def cashed_by_rate(*, by_rate: Iterable[VatTotal]) -> tuple[tuple[Decimal, Money], ...]:
    """CGV II.2.a: what a paid document cashed, TTC by rate of VAT, as status 212 must tell it.

    `by_rate` are the totals of the document and, negative, of its credit notes: what they took
    back was not cashed. Nothing for a document that they took back whole.
    """
    cashed: dict[Decimal, Money] = {}
    for total in by_rate:
        cashed[total.percent] = cashed.get(total.percent, Money.zero) + total.gross
    return tuple((rate, gross) for rate, gross in cashed.items() if gross > Money.zero)
