"""The codes by which EN 16931 names what an issued document says.

Lists: UNTDID 1001 (kind of document), 4451 (subject of a note), 4461 (means of payment),
5305 (VAT category), 2475 (when the tax falls due); UN/ECE Rec 20 (units); ISO 3166-1 (countries).
"""

from decimal import Decimal
from typing import Final

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.territory import Territory

PROFILE: Final = "urn:cen.eu:en16931:2017"
SIREN: Final = "0002"
SIRET: Final = "0009"
ELECTRONIC_ADDRESS: Final = "0225"
PIECE: Final = "H87"
ONE: Final = "C62"
EXEMPTION: Final = "exemption"
"""Our own key, beside those of UNTDID 4451, for the reason why no VAT is charged."""
PENALTY: Final = "penalty:"
"""How the cause of a document that asks penalties begins."""
TRANSFER: Final = "30"
_MEANS: Final = {"card": "48", "transfer": TRANSFER, "cheque": "20", "credit": "97"}
_UNKNOWN_MEANS: Final = "1"
_TAX_DUE_AT_ISSUE: Final = "5"
_TAX_DUE_WHEN_PAID: Final = "72"
_COUNTRIES: Final = {
    Territory.GUADELOUPE: "GP",
    Territory.MARTINIQUE: "MQ",
    Territory.GUYANE: "GF",
    Territory.REUNION: "RE",
    Territory.MAYOTTE: "YT",
    Territory.SAINT_BARTHELEMY: "BL",
    Territory.SAINT_MARTIN: "MF",
    Territory.SAINT_PIERRE_ET_MIQUELON: "PM",
    Territory.POLYNESIE: "PF",
    Territory.NOUVELLE_CALEDONIE: "NC",
    Territory.WALLIS_ET_FUTUNA: "WF",
    Territory.TERRES_AUSTRALES: "TF",
}


def document_type(invoice: Invoice) -> str:
    """380 an invoice, 386 a deposit, 381 a credit note, 503 a credit note on a deposit."""
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return "503" if invoice.corrects is not None and invoice.corrects.is_deposit else "381"
    return "386" if invoice.is_deposit else "380"


def billing_mode(invoice: Invoice, *, has_deposits: bool) -> str:
    """How it is billed, for services: S4 what deposits leave, S2 paid already, S1 to be paid."""
    if has_deposits:
        return "S4"
    is_paid = invoice.kind == InvoiceKind.INVOICE and invoice.due_cents == 0
    return "S2" if is_paid else "S1"


def vat_category(rate: Decimal, invoice: Invoice) -> str:
    """S taxed; without VAT, E where French law exempts, O where it does not apply at all."""
    if rate > 0:
        return "S"
    is_outside = Territory(invoice.territory).is_overseas_collectivity or asks_penalties(invoice)
    return "O" if is_outside else "E"


def asks_penalties(invoice: Invoice) -> bool:
    """Whether it asks for late-payment penalties, which are no supply."""
    return invoice.cause.startswith(PENALTY)


def treatment(invoice: Invoice) -> str:
    """Which obligation of the reform it falls under: invoicing inside, or data on the outside."""
    if asks_penalties(invoice):
        return "OUTOFSCOPE"
    return "B2BINT" if EXEMPTION in invoice.coded_mentions else "B2B"


def payment_means(invoice: Invoice) -> str:
    """How it was paid, the first means when there were several; how to pay what remains due."""
    if invoice.due_cents > 0:
        return TRANSFER
    return _MEANS.get(invoice.payment_label.split("+")[0], _UNKNOWN_MEANS)


def tax_due(invoice: Invoice) -> str:
    """When VAT falls due: at the issue for a seller who chose debits, else when it is paid."""
    on_debits = invoice.seller.get("vat_on_debits", False)
    return _TAX_DUE_AT_ISSUE if on_debits else _TAX_DUE_WHEN_PAID


def country(territory: str) -> str:
    """The two letters of the country; overseas territories have their own."""
    return _COUNTRIES.get(Territory(territory), "FR")
