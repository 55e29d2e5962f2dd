"""Seller and buyer as an invoice freezes them."""

from typing import Any

from marketingconnect.accounts.models import Company
from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.kernel.siren import vat_number

_SELLER_FIELDS = (
    "legal_name",
    "legal_form",
    "capital_cents",
    "siret",
    "rcs_city",
    "vat_number",
    "street",
    "postal_code",
    "city",
    "email",
    "phone",
    "iban",
    "bic",
    "bank_name",
)


def seller_of(operator: OperatorIdentity) -> dict[str, Any]:
    """The operator as it legally is the day of the issue."""
    seller = {field: getattr(operator, field) for field in _SELLER_FIELDS}
    return {**seller, "vat_on_debits": operator.vat_on_debits}


def buyer_of(company: Company) -> dict[str, Any]:
    """The client: name, SIREN, VAT number, billing address on its lines."""
    lines = [
        company.billing_recipient,
        company.billing_complement,
        company.billing_street,
        company.billing_locality,
        f"{company.billing_postal_code} {company.billing_city}".strip(),
    ]
    return {
        "reference": company.reference,
        "legal_name": company.legal_name,
        "siren": company.siren,
        "siret": company.siret,
        "vat_number": company.vat_number or vat_number(company.siren),
        "address": [line for line in lines if line],
        "postal_code": company.billing_postal_code,
        "city": company.billing_city,
    }
