"""Lay out an issued invoice as Factur-X: a PDF/A-3b, tagged, that carries its own XML.

The document is a function of the frozen row alone: no clock, no setting, no system font (the
typesetter brings its own).
"""

import json
from datetime import UTC, datetime, time
from decimal import Decimal
from importlib import resources
from typing import Any, Final

import typst

from marketingconnect.clock import paris_date
from marketingconnect.invoices.factur_x import schema
from marketingconnect.invoices.factur_x.cii import cii_xml
from marketingconnect.invoices.factur_x.codes import asks_penalties
from marketingconnect.invoices.factur_x.declaration import FILE_NAME, declare_factur_x
from marketingconnect.invoices.factur_x.lines import ADJUSTED, adjustment
from marketingconnect.invoices.models import Invoice, InvoiceLine
from marketingconnect.invoices.queries import schedule_of_invoice
from marketingconnect.invoices.schedules import date_fr as date_fr
from marketingconnect.invoices.schedules import shown_schedule
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.siren import format_siren, format_siret

_TITLES: Final = {InvoiceKind.INVOICE: "Facture", InvoiceKind.CREDIT_NOTE: "Avoir"}
_DEPOSIT: Final = "Facture d’acompte"
_METHODS: Final = {
    "card": "carte bancaire",
    "transfer": "virement",
    "cheque": "chèque",
    "debit": "prélèvement",
    "card_debit": "prélèvement par carte",
    "credit": "avoir",
}
_UNITS: Final = {"thousand": "le mille", "piece": "l’unité", "flat": "forfait"}
_FLAT: Final = "flat"


def render(invoice: Invoice) -> bytes:
    """The Factur-X file of an invoice; a bare PDF/A-3 for one issued before its mentions had codes.

    Raises InvalidXmlError for an XML that the schema refuses, typst.TypstError if the template is
    at fault.
    """
    if not invoice.coded_mentions:
        return typeset(invoice, xml=b"")
    xml = cii_xml(invoice)
    schema.check(xml)
    return declare_factur_x(typeset(invoice, xml=xml))


def typeset(invoice: Invoice, *, xml: bytes) -> bytes:
    """The pages of an invoice as PDF/A-3b, with the XML attached unless it is empty."""
    attached = {"xml": xml.decode(), "xml-name": FILE_NAME} if xml else {}
    pdf = typst.compile(
        _template(),
        ignore_system_fonts=True,
        sys_inputs={"invoice": json.dumps(document(invoice), ensure_ascii=False), **attached},
        pdf_standards=["a-3b"],
        timestamp=datetime.combine(invoice.issued_on, time(12), tzinfo=UTC),
    )
    assert isinstance(pdf, bytes)  # noqa: S101  one document, one file
    return pdf


def document(invoice: Invoice) -> dict[str, Any]:
    """What the template prints, every figure and date already in French."""
    return {
        "title": _DEPOSIT if invoice.is_deposit else _TITLES[InvoiceKind(invoice.kind)],
        "number": invoice.number,
        "issued": {
            "year": invoice.issued_on.year,
            "month": invoice.issued_on.month,
            "day": invoice.issued_on.day,
        },
        "facts": _facts(invoice),
        "seller": _seller(invoice.seller),
        "buyer": _buyer(invoice.buyer),
        "lines": [_line(line) for line in invoice.lines.all()],
        "vat_lines": [_vat_line(row) for row in invoice.vat_lines],
        "net": str(Money(invoice.net_cents)),
        "vat": str(Money(invoice.vat_cents)),
        "total": str(Money(invoice.total_cents)),
        "paid": _paid(invoice),
        "due": str(Money(invoice.due_cents)),
        "is_due": invoice.due_cents > 0,
        "schedule": shown_schedule(schedule_of_invoice(invoice), paid=Money(invoice.paid_cents)),
        "is_credit": invoice.kind == InvoiceKind.CREDIT_NOTE,
        "reason": invoice.reason,
        "bank": _bank(invoice),
        "collected": _collected(invoice),
        "mentions": invoice.mentions,
        "terms": invoice.terms_label,
    }


def _facts(invoice: Invoice) -> list[list[str]]:
    facts = [
        ["Date d’émission", date_fr(invoice.issued_on)],
        ["Commande", invoice.order.reference],
        ["Commande du", date_fr(paris_date(invoice.order.accepted_at))],
        *_timing(invoice),
        ["Client", invoice.buyer["reference"]],
    ]
    if invoice.purchase_reference:
        facts.insert(2, ["Votre référence", invoice.purchase_reference])
    return facts


def _timing(invoice: Invoice) -> list[list[str]]:
    """A credit note is not due: it says which invoice it corrects. Penalties are no service."""
    if invoice.corrects is not None:
        corrected = invoice.corrects
        return [["Facture rectifiée", f"{corrected.number} du {date_fr(corrected.issued_on)}"]]
    supply = [] if asks_penalties(invoice) else [["Date de la prestation", _supplied(invoice)]]
    return [
        *supply,
        ["Dernière échéance" if invoice.schedule else "Échéance", date_fr(invoice.due_on)],
    ]


def _supplied(invoice: Invoice) -> str:
    """A deposit, or what is invoiced before it is done, says that the service is still to come."""
    if invoice.supplied_on:
        return date_fr(invoice.supplied_on)
    return "à venir" if invoice.due_cents > 0 else "à venir, payée d’avance"


def _seller(seller: dict[str, Any]) -> dict[str, str]:
    capital = Money(seller["capital_cents"])
    name = f"{seller['legal_name']} {seller['legal_form']}"
    return {
        "name": name,
        "street": seller["street"],
        "city": f"{seller['postal_code']} {seller['city']}",
        "contact": seller["email"],
        "legal": (
            f"{name} au capital de {capital} · RCS {seller['rcs_city']} "
            f"{format_siren(seller['siret'][:9])} · SIRET {format_siret(seller['siret'])} · "
            f"TVA intracommunautaire {seller['vat_number']}"
        ),
    }


def _buyer(buyer: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": buyer["legal_name"],
        "address": buyer["address"],
        "siren": format_siren(buyer["siren"]),
        "vat_number": buyer["vat_number"],
    }


def _line(line: InvoiceLine) -> dict[str, str]:
    is_flat = line.unit == _FLAT
    return {
        "label": line.label,
        "detail": _detail(line),
        "quantity": "1" if is_flat else format_number_fr(line.quantity),
        "unit_price": _unit_price(line.unit_price),
        "unit": "" if is_flat else _UNITS.get(line.unit, line.unit),
        "vat_rate": _rate(line.vat_rate),
        "net": str(Money(line.net_cents)),
    }


def _detail(line: InvoiceLine) -> str:
    """What the price adds up, and what separates the amount from quantity times price."""
    difference = adjustment(line)
    agreed = f"{ADJUSTED}\u00a0: {Money(difference)}" if difference else ""
    return ". ".join(part for part in (line.detail, agreed) if part)


def _unit_price(price: Decimal) -> str:
    """`29,00 €`; with the decimals of the price where there are more: `0,1225 €`."""
    rounded = Money.from_decimal(price)
    if rounded.to_decimal() == price:
        return str(rounded)
    return f"{format_number_fr(price.normalize())}\u00a0€"


def _vat_line(row: dict[str, Any]) -> dict[str, str]:
    return {
        "rate": _rate(Decimal(row["rate"])),
        "net": str(Money(row["net_cents"])),
        "vat": str(Money(row["vat_cents"])),
    }


def _rate(rate: Decimal) -> str:
    """`20 %`, `8,5 %`, `0 %`."""
    whole, _, decimals = f"{rate:f}".partition(".")
    kept = decimals.rstrip("0")
    return f"{whole},{kept}\u00a0%" if kept else f"{whole}\u00a0%"


def _paid(invoice: Invoice) -> str:
    if not invoice.paid_cents:
        return ""
    how = " et ".join(_METHODS.get(one, one) for one in invoice.payment_label.split("+"))
    day = f" le {date_fr(invoice.paid_on)}" if invoice.paid_on else ", déjà déduits"
    return f"{Money(invoice.paid_cents)} reçus par {how}{day}"


def _collected(invoice: Invoice) -> str:
    """How the instalments to come are debited; empty when the client pays them itself."""
    how = invoice.payment_label.rpartition("+")[2]
    if not invoice.schedule or how not in {"debit", "card_debit"}:
        return ""
    return f"Par {_METHODS[how]}, à la date de chaque échéance : vous n’avez rien à faire."


def _bank(invoice: Invoice) -> dict[str, str]:
    iban = invoice.seller["iban"]
    grouped = "\u00a0".join(iban[start : start + 4] for start in range(0, len(iban), 4))
    return {"iban": grouped, "bic": invoice.seller["bic"], "name": invoice.seller["bank_name"]}


def _template() -> bytes:
    return resources.files(__package__).joinpath("invoice.typ").read_bytes()
