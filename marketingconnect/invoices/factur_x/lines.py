"""The lines of a document: quantity, price, net amount, as they are printed."""

from typing import Final

from marketingconnect.invoices.factur_x.codes import ONE, PIECE, vat_category
from marketingconnect.invoices.factur_x.writing import Element, amount, indicator, section, text
from marketingconnect.invoices.models import Invoice, InvoiceLine
from marketingconnect.kernel.money import Money

_BASES: Final = {"thousand": 1000, "piece": 1, "flat": 1}
_FLAT: Final = "flat"
ADJUSTED: Final = "Montant de la ligne convenu entre les parties"


def adjustment(line: InvoiceLine) -> int:
    """Cents by which a net differs from quantity times price: a capped credit, an agreed price."""
    sign = -1 if line.net_cents < 0 and line.unit_price > 0 else 1
    return line.net_cents - sign * _at_unit_price(line)


def add_line(transaction: Element, line: InvoiceLine, invoice: Invoice, sign: int) -> None:
    """One line. `sign` is -1 on a credit note, whose stored amounts are negative.

    A price is never negative: what a line takes off, a deposit, has a negative quantity.
    """
    item = section(transaction, "IncludedSupplyChainTradeLineItem")
    text(section(item, "AssociatedDocumentLineDocument"), "LineID", str(line.number))
    product = section(item, "SpecifiedTradeProduct")
    text(product, "Name", line.label)
    text(product, "Description", line.detail)
    price = section(section(item, "SpecifiedLineTradeAgreement"), "NetPriceProductTradePrice")
    unit = ONE if line.unit == _FLAT else PIECE
    text(price, "ChargeAmount", f"{abs(line.unit_price):f}")
    text(price, "BasisQuantity", str(_BASES[line.unit]), unitCode=unit)
    delivery = section(item, "SpecifiedLineTradeDelivery")
    text(delivery, "BilledQuantity", str(_quantity(line)), unitCode=unit)
    _settle(item, line, invoice, sign)


def _settle(item: Element, line: InvoiceLine, invoice: Invoice, sign: int) -> None:
    settlement = section(item, "SpecifiedLineTradeSettlement")
    tax = section(settlement, "ApplicableTradeTax")
    text(tax, "TypeCode", "VAT")
    category = vat_category(line.vat_rate, invoice)
    text(tax, "CategoryCode", category)
    if category != "O":
        text(tax, "RateApplicablePercent", f"{line.vat_rate:f}")
    net = sign * line.net_cents
    _adjust(settlement, sign * adjustment(line))
    total = section(settlement, "SpecifiedTradeSettlementLineMonetarySummation")
    amount(total, "LineTotalAmount", net)


def _adjust(settlement: Element, difference: int) -> None:
    if not difference:
        return
    allowance = section(settlement, "SpecifiedTradeAllowanceCharge")
    indicator(allowance, "ChargeIndicator", value=difference > 0)
    amount(allowance, "ActualAmount", abs(difference))
    text(allowance, "Reason", ADJUSTED)


def _quantity(line: InvoiceLine) -> int:
    count = 1 if line.unit == _FLAT else line.quantity
    return -count if line.unit_price < 0 else count


def _at_unit_price(line: InvoiceLine) -> int:
    """Cents of quantity times unit price, half up once."""
    return Money.from_decimal(abs(line.unit_price) * _quantity(line) / _BASES[line.unit]).cents
