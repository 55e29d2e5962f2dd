"""Write the CII XML of an issued document from its frozen row alone (profile EN 16931).

The notes, addresses and identifiers are those that the French rules (BR-FR) ask for.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from marketingconnect.invoices.factur_x import codes
from marketingconnect.invoices.factur_x.lines import add_line
from marketingconnect.invoices.factur_x.writing import (
    QDT,
    RSM,
    Element,
    amount,
    day,
    root,
    section,
    serialised,
    text,
)
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import deposits_deducted_from, schedule_of_invoice
from marketingconnect.invoices.schedules import schedule_in_words
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money

_EUR: Final = "EUR"
_COMPANY_FACTS: Final = "ABL"


def cii_xml(invoice: Invoice) -> bytes:
    """The XML of a document. Amounts of a credit note are positive there: its type says it all.

    Raises KeyError for a document issued before its mentions were kept in coded form.
    """
    deposits = deposits_deducted_from(invoice)
    document = root("CrossIndustryInvoice")
    _context(document, invoice, has_deposits=bool(deposits))
    _head(document, invoice)
    transaction = section(document, "SupplyChainTradeTransaction", RSM)
    sign = -1 if invoice.kind == InvoiceKind.CREDIT_NOTE else 1
    for line in invoice.lines.all():
        add_line(transaction, line, invoice, sign)
    _agreement(transaction, invoice)
    _delivery(transaction, invoice)
    _settlement(transaction, invoice, deposits, sign)
    return serialised(document)


def _context(document: Element, invoice: Invoice, *, has_deposits: bool) -> None:
    context = section(document, "ExchangedDocumentContext", RSM)
    process = section(context, "BusinessProcessSpecifiedDocumentContextParameter")
    text(process, "ID", codes.billing_mode(invoice, has_deposits=has_deposits))
    text(section(context, "GuidelineSpecifiedDocumentContextParameter"), "ID", codes.PROFILE)


def _head(document: Element, invoice: Invoice) -> None:
    head = section(document, "ExchangedDocument", RSM)
    text(head, "ID", invoice.number)
    text(head, "TypeCode", codes.document_type(invoice))
    day(head, "IssueDateTime", invoice.issued_on)
    coded = {code: invoice.coded_mentions[code] for code in ("PMT", "PMD", "AAB")}
    notes = [(sentence, code) for code, sentence in coded.items()]
    notes += [(one, "") for one in invoice.mentions if one not in coded.values()]
    notes += [(invoice.reason, ""), (codes.treatment(invoice), "BAR")]
    notes.append((_company_facts(invoice.seller), _COMPANY_FACTS))
    for sentence, code in notes:
        if sentence:
            note = section(head, "IncludedNote")
            text(note, "Content", sentence)
            text(note, "SubjectCode", code)


def _company_facts(seller: dict[str, Any]) -> str:
    capital = Money(seller["capital_cents"])
    form = f"{seller['legal_name']} {seller['legal_form']}"
    return f"{form} au capital de {capital}, RCS {seller['rcs_city']} {seller['siret'][:9]}"


def _agreement(transaction: Element, invoice: Invoice) -> None:
    agreement = section(transaction, "ApplicableHeaderTradeAgreement")
    has_vat_numbers = not _is_outside(invoice)
    seller, buyer = invoice.seller, invoice.buyer
    party = section(agreement, "SellerTradeParty")
    _identity(party, f"{seller['legal_name']} {seller['legal_form']}", seller["siret"])
    contact = section(party, "DefinedTradeContact")
    text(contact, "PersonName", "Service comptabilité")
    text(section(contact, "TelephoneUniversalCommunication"), "CompleteNumber", seller["phone"])
    text(section(contact, "EmailURIUniversalCommunication"), "URIID", seller["email"])
    _address(party, seller["postal_code"], [seller["street"]], seller["city"], "FR")
    _reachable(party, seller["siret"], seller["vat_number"] if has_vat_numbers else "")
    party = section(agreement, "BuyerTradeParty")
    _identity(party, buyer["legal_name"], buyer["siret"])
    where = codes.country(invoice.territory)
    _address(party, buyer["postal_code"], buyer["address"][:-1], buyer["city"], where)
    _reachable(party, buyer["siret"], buyer["vat_number"] if has_vat_numbers else "")
    _reference(agreement, "SellerOrderReferencedDocument", invoice.order.reference)
    _reference(agreement, "BuyerOrderReferencedDocument", invoice.purchase_reference)


def _is_outside(invoice: Invoice) -> bool:
    """Outside the scope of VAT, the norm wants no VAT number: the SIREN is there."""
    rates = [Decimal(row["rate"]) for row in invoice.vat_lines]
    return any(codes.vat_category(rate, invoice) == "O" for rate in rates)


def _identity(party: Element, name: str, siret: str) -> None:
    text(party, "GlobalID", siret, schemeID=codes.SIRET)
    text(party, "Name", name)
    text(section(party, "SpecifiedLegalOrganization"), "ID", siret[:9], schemeID=codes.SIREN)


def _address(
    party: Element, postal_code: str, lines: Sequence[str], city: str, country: str
) -> None:
    """Three lines at most beside the town: further ones join the third."""
    address = section(party, "PostalTradeAddress")
    text(address, "PostcodeCode", postal_code)
    shown = [*lines[:2], ", ".join(lines[2:])]
    for name, line in zip(("LineOne", "LineTwo", "LineThree"), shown, strict=False):
        text(address, name, line)
    text(address, "CityName", city)
    text(address, "CountryID", country)


def _reachable(party: Element, siret: str, vat_number: str) -> None:
    address = section(party, "URIUniversalCommunication")
    text(address, "URIID", siret[:9], schemeID=codes.ELECTRONIC_ADDRESS)
    if vat_number:
        text(section(party, "SpecifiedTaxRegistration"), "ID", vat_number, schemeID="VA")


def _reference(parent: Element, name: str, number: str) -> None:
    if number:
        text(section(parent, name), "IssuerAssignedID", number)


def _delivery(transaction: Element, invoice: Invoice) -> None:
    """The day of the supply; still to come when paid in advance, then only who receives it."""
    delivery = section(transaction, "ApplicableHeaderTradeDelivery")
    if invoice.supplied_on is None:
        text(section(delivery, "ShipToTradeParty"), "Name", invoice.buyer["legal_name"])
        return
    event = section(delivery, "ActualDeliverySupplyChainEvent")
    day(event, "OccurrenceDateTime", invoice.supplied_on)


def _settlement(
    transaction: Element, invoice: Invoice, deposits: Sequence[Invoice], sign: int
) -> None:
    settlement = section(transaction, "ApplicableHeaderTradeSettlement")
    text(settlement, "PaymentReference", invoice.number)
    text(settlement, "InvoiceCurrencyCode", _EUR)
    if invoice.kind == InvoiceKind.INVOICE:
        _payment(settlement, invoice)
    for row in invoice.vat_lines:
        _tax(settlement, row, invoice, sign)
    _terms(settlement, invoice)
    _totals(settlement, invoice, sign)
    earlier = [*deposits, *([invoice.corrects] if invoice.corrects else [])]
    for document in earlier:
        reference = section(settlement, "InvoiceReferencedDocument")
        text(reference, "IssuerAssignedID", document.number)
        day(reference, "FormattedIssueDateTime", document.issued_on, namespace=QDT)


def _payment(settlement: Element, invoice: Invoice) -> None:
    means = section(settlement, "SpecifiedTradeSettlementPaymentMeans")
    how = codes.payment_means(invoice)
    text(means, "TypeCode", how)
    if how == codes.TRANSFER:
        account = section(means, "PayeePartyCreditorFinancialAccount")
        text(account, "IBANID", invoice.seller["iban"])
        bank = section(means, "PayeeSpecifiedCreditorFinancialInstitution")
        text(bank, "BICID", invoice.seller["bic"])


def _tax(settlement: Element, row: dict[str, Any], invoice: Invoice, sign: int) -> None:
    rate = Decimal(row["rate"])
    category = codes.vat_category(rate, invoice)
    tax = section(settlement, "ApplicableTradeTax")
    amount(tax, "CalculatedAmount", sign * row["vat_cents"])
    text(tax, "TypeCode", "VAT")
    if category != "S":
        text(tax, "ExemptionReason", invoice.coded_mentions[codes.EXEMPTION])
    amount(tax, "BasisAmount", sign * row["net_cents"])
    text(tax, "CategoryCode", category)
    if category == "S":
        text(tax, "DueDateTypeCode", codes.tax_due(invoice))
    if category != "O":
        text(tax, "RateApplicablePercent", f"{rate:f}")


def _terms(settlement: Element, invoice: Invoice) -> None:
    terms = section(settlement, "SpecifiedTradePaymentTerms")
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        text(terms, "Description", "Vient en déduction des prochaines factures.")
        return
    if planned := schedule_of_invoice(invoice):
        text(terms, "Description", schedule_in_words(planned))
    is_paid = invoice.due_cents == 0 and invoice.paid_on is not None
    due = invoice.paid_on if is_paid and invoice.paid_on else invoice.due_on
    day(terms, "DueDateDateTime", due)


def _totals(settlement: Element, invoice: Invoice, sign: int) -> None:
    totals = section(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    net, vat, total = (
        sign * cents for cents in (invoice.net_cents, invoice.vat_cents, invoice.total_cents)
    )
    amount(totals, "LineTotalAmount", net)
    amount(totals, "TaxBasisTotalAmount", net)
    amount(totals, "TaxTotalAmount", vat, currencyID=_EUR)
    amount(totals, "GrandTotalAmount", total)
    amount(totals, "TotalPrepaidAmount", invoice.paid_cents)
    amount(totals, "DuePayableAmount", total - invoice.paid_cents)
