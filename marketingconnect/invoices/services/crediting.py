"""Issue a credit note: it corrects one invoice, at that invoice's VAT, never beyond it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.invoices.errors import CreditTooLargeError
from marketingconnect.invoices.factur_x.codes import EXEMPTION, asks_penalties
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import remaining_of
from marketingconnect.invoices.rules import credit_vat, invoice_law, vat_for
from marketingconnect.invoices.services import documents
from marketingconnect.invoices.services.documents import DocumentLine
from marketingconnect.invoices.services.issuing import locked_order
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatRate, VatTotal
from marketingconnect.terms.law import Fact, vat_rates_of
from marketingconnect.terms.queries import law


@transaction.atomic
def issue_credit_note(
    invoice: Invoice, lines: Sequence[DocumentLine], *, reason: str, cause: str, now: datetime
) -> Invoice:
    """CGV CL.6, II.2.a: take back part of an invoice, once a `cause` (`claim:4`).

    Its own series, the invoice's VAT rate, negative amounts. `reason` is printed. Raises
    CreditTooLargeError when less remains of the invoice.
    """
    order = locked_order(invoice.order_id)
    if existing := Invoice.objects.filter(cause=cause).first():
        return existing
    net = Money.total(line.net for line in lines)
    rest = remaining_of(invoice)
    facts = law()
    vat, is_supply = _vat_of(invoice, facts), not asks_penalties(invoice)
    if net > rest.net or net <= Money.zero:
        raise CreditTooLargeError(invoice, net, rest.net)
    tax = credit_vat(net=net, percent=vat.percent, remaining_net=rest.net, remaining_vat=rest.vat)
    kind = InvoiceKind.CREDIT_NOTE
    identity = documents.identity(kind, now)
    today = identity["issued_on"]
    of_today = invoice_law(on=today, facts=facts)
    credit_note = Invoice.objects.create(
        instalment=documents.next_instalment(order, kind),
        corrects=invoice,
        cause=cause,
        reason=reason,
        **identity,
        **documents.contract(order),
        **documents.figures([VatTotal(vat.percent, -net, -tax)], Money.zero, today, of_today),
        **documents.parties(order, operator_on(today), vat, kind, of_today, is_supply=is_supply),
    )
    documents.add_lines(credit_note, lines, vat.percent, sign=-1)
    documents.finish(credit_note, "invoice.credited", now)
    return credit_note


def _vat_of(invoice: Invoice, facts: Sequence[Fact]) -> VatRate:
    """The invoice says at which rate, whatever was entered in the law table since."""
    rates = vat_rates_of(facts)
    vat = vat_for(issued_on=invoice.issued_on, territory=invoice.territory, rates=rates)
    vat = replace(vat, percent=Decimal(invoice.vat_lines[0]["rate"]))
    if EXEMPTION in invoice.coded_mentions:
        return replace(vat, mention=invoice.coded_mentions[EXEMPTION].rstrip("."))
    return vat
