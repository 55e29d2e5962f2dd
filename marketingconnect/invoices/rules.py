"""What an invoice must say and how it is taxed."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from marketingconnect.invoices.states import InvoiceKind, Series
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import VatRate, VatTotal, find_vat_rate, vat_by_rate

PAYMENT_DAYS = 30
RECOVERY_INDEMNITY = Money(40_00)


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


def due_day(*, issued_on: date, remaining: Money) -> date:
    """CGV II.2.a: an invoice already paid is due on its day, another within thirty days.

    C. com. L441-10, I: thirty days unless agreed otherwise.
    """
    return issued_on + timedelta(days=PAYMENT_DAYS) if remaining > Money.zero else issued_on


def number_of(*, series: Series, year: int, sequence: int) -> str:
    """CGV II.2.a: each document has its number in one continuous series: `FA-2026-000017`."""
    return f"{series}-{year}-{sequence:06d}"


def mentions(
    *, kind: InvoiceKind, vat: VatRate, vat_on_debits: bool, late_penalty: str
) -> list[str]:
    """CGV II.2.a: the sentences the law asks of an invoice.

    C. com. L441-9, CGI ann. II art. 242 nonies A. In the order they are printed. A credit note
    asks for no payment.
    """
    sentences = ["Catégorie de l’opération : prestation de services."]
    if vat.mention:
        sentences.append(f"{vat.mention}.")
    if vat_on_debits:
        sentences.append("Option pour le paiement de la taxe d’après les débits.")
    if kind is InvoiceKind.CREDIT_NOTE:
        return sentences
    return [
        *sentences,
        "Pas d’escompte pour paiement anticipé.",
        f"Pénalités de retard exigibles le jour suivant l’échéance : {late_penalty} "
        "(C. com., art. L441-10).",
        "Indemnité forfaitaire pour frais de recouvrement en cas de retard : "
        f"{RECOVERY_INDEMNITY} (C. com., art. D441-5).",
    ]
