"""The slip that takes cheques to the bank (bordereau de remise), to print and sign."""

import json
from datetime import UTC, datetime, time
from importlib import resources
from typing import Any

import typst

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.money import Money
from marketingconnect.payments.iban import spaced_iban
from marketingconnect.payments.models import ChequeRemittance
from marketingconnect.payments.queries.cheques import cheques_on


def render_slip(slip: ChequeRemittance) -> bytes:
    """CGV II.2.b: the slip as a PDF; the same bytes for the same slip."""
    pdf = typst.compile(
        resources.files(__package__).joinpath("slip_form.typ").read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"slip": json.dumps(slip_content(slip), ensure_ascii=False)},
        pdf_standards=["a-3b"],
        timestamp=datetime.combine(slip.remitted_on, time(12), tzinfo=UTC),
    )
    assert isinstance(pdf, bytes)  # noqa: S101  one document, one file
    return pdf


def slip_content(slip: ChequeRemittance) -> dict[str, Any]:
    """What it prints, every figure and date already in French."""
    operator = operator_on(slip.remitted_on)
    rows = list(cheques_on(slip))
    return {
        "number": slip.number,
        "day": {
            "year": slip.remitted_on.year,
            "month": slip.remitted_on.month,
            "day": slip.remitted_on.day,
        },
        "remitted_on": format_date_fr(slip.remitted_on).replace(" ", "\u00a0"),
        "payee": operator.cheque_payee,
        "street": operator.street,
        "city": f"{operator.postal_code} {operator.city}",
        "bank": operator.bank_name,
        "iban": spaced_iban(operator.iban),
        "bic": operator.bic,
        "cheques": [
            {
                "number": row.payment.provider_ref,
                "payer": row.payment.payer or row.payment.order.company.legal_name,
                "order": row.payment.order.reference,
                "amount": str(Money(row.payment.cents)),
            }
            for row in rows
        ],
        "count": len(rows),
        "total": str(Money.total(Money(row.payment.cents) for row in rows)),
    }
