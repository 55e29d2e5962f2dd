"""The order form (bon de commande) as a document to sign: a tagged PDF/A that annexes the terms.

It is a function of what the order froze: the same order gives the same bytes (CGV III.a).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any, Final

import typst

from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import PARIS, paris_date
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.siren import format_siren, format_siret, vat_number
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.kernel.vat import vat_by_rate
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.queries import sessions_in_words
from marketingconnect.orders.states import Sale
from marketingconnect.terms.laid_out import blocks_of

_UNITS: Final = {"thousand": "le mille", "piece": "l’unité", "flat": ""}
_SALES: Final = {
    Sale.ONLINE: "en ligne, par le client",
    Sale.OFFLINE: "proposée par un conseiller",
}


@dataclass(frozen=True)
class PaymentWords:
    """How the order is paid, as the chapter of payments says it."""

    method: str
    sentence: str
    schedule: Sequence[tuple[date, Money]] = ()


def title_of(order: Order) -> str:
    """What the signer reads in the text message and in the wording of consent."""
    return f"Bon de commande {order.reference}"


def render_order_form(order: Order, payment: PaymentWords) -> bytes:
    """CGV III.a: the order form with its terms annexed; the same bytes for the same order."""
    pdf = typst.compile(
        resources.files(__package__).joinpath("order_form.typ").read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"form": json.dumps(form_content(order, payment), ensure_ascii=False)},
        pdf_standards=["a-3a"],
        timestamp=order.accepted_at.replace(microsecond=0),
    )
    assert isinstance(pdf, bytes)  # noqa: S101  one document, one file
    return pdf


def form_content(order: Order, payment: PaymentWords) -> dict[str, Any]:
    """What the document and the page beside it say, every figure and date already in French."""
    operator = operator_on(paris_date(order.accepted_at))
    lines = list(order.lines.all())
    return {
        "title": title_of(order),
        "reference": order.reference,
        "accepted": _day_parts(order.accepted_at),
        "facts": _facts(order),
        "seller": _seller(operator),
        "client": _client(order),
        "lines": [_line(line) for line in lines],
        "vat_lines": [
            {"rate": _rate(total.percent), "net": str(total.net), "vat": str(total.vat)}
            for total in vat_by_rate((Money(one.net_cents), one.vat_rate) for one in lines)
        ],
        "net": str(Money(order.net_cents)),
        "vat": str(Money(order.vat_cents)),
        "total": str(Money(order.total_cents)),
        "method": payment.method,
        "payment": non_breaking(payment.sentence),
        "schedule": [
            {"number": str(number), "due_on": _day(day), "amount": str(amount)}
            for number, (day, amount) in enumerate(payment.schedule, start=1)
        ],
        "terms": _terms(order),
        "attestations": [non_breaking(one) for one in order.acceptance.attestations],
        "acceptance": _acceptance(order),
    }


def _facts(order: Order) -> list[list[str]]:
    facts = [
        ["Accepté le", _day(paris_date(order.accepted_at))],
        ["Vente", _SALES[Sale(order.sale)]],
        ["Client", order.company.reference],
        ["Tarif", f"n° {order.price_list.number}, prix arrêtés à la commande (art. III.b)"],
    ]
    if order.purchase_reference:
        facts.insert(3, ["Votre référence", order.purchase_reference])
    facts += [["Ciblage composé", said] for said in sessions_in_words(order)]
    return [
        [name, value.replace("n° ", "n°\u00a0").replace("art. ", "art.\u00a0")]
        for name, value in facts
    ]


def _seller(operator: OperatorIdentity) -> dict[str, str]:
    name = f"{operator.legal_name} {operator.legal_form}"
    return {
        "name": name,
        "street": operator.street,
        "city": f"{operator.postal_code} {operator.city}",
        "contact": operator.email,
        "legal": (
            f"{name} au capital de {Money(operator.capital_cents)} · RCS {operator.rcs_city} "
            f"{format_siren(operator.siret[:9])} · SIRET {format_siret(operator.siret)} · "
            f"TVA intracommunautaire {operator.vat_number}"
        ),
    }


def _client(order: Order) -> dict[str, Any]:
    company = order.company
    address = [
        company.billing_recipient,
        company.billing_complement,
        company.billing_street,
        company.billing_locality,
        f"{company.billing_postal_code} {company.billing_city}".strip(),
    ]
    return {
        "name": company.legal_name,
        "address": [line for line in address if line],
        "siret": format_siret(company.siret),
        "vat_number": company.vat_number or vat_number(company.siren),
    }


def _line(line: OrderLine) -> dict[str, str]:
    is_flat = line.unit == "flat"
    return {
        "label": line.label,
        "detail": _detail(line),
        "quantity": "1" if is_flat else format_number_fr(line.quantity),
        "unit_price": _unit_price(line.unit_price),
        "unit": _UNITS.get(line.unit, line.unit),
        "vat_rate": _rate(line.vat_rate),
        "net": str(Money(line.net_cents)),
    }


def _detail(line: OrderLine) -> str:
    """What the unit price adds up, and how many uses it pays."""
    parts = ", ".join(
        f"{part['label']} {_unit_price(Decimal(part['unit_price']))}" for part in line.parts
    )
    uses = f"{line.uses} utilisations" if line.uses > 1 else ""
    return " · ".join(piece for piece in (parts, uses) if piece)


def _unit_price(price: Decimal) -> str:
    """`29,00 €`, with the decimals of the price where there are more: `0,1225 €`."""
    rounded = Money.from_decimal(price)
    if rounded.to_decimal() == price:
        return str(rounded)
    return f"{format_number_fr(price.normalize())}\u00a0€"


def _rate(rate: Decimal) -> str:
    whole, _, decimals = f"{rate:f}".partition(".")
    kept = decimals.rstrip("0")
    return f"{whole},{kept}\u00a0%" if kept else f"{whole}\u00a0%"


def _terms(order: Order) -> dict[str, Any]:
    terms = order.terms
    return {
        "number": str(terms.number),
        "title": terms.title,
        "in_force_from": _day(terms.in_force_from),
        "sha256": order.acceptance.sha256,
        "blocks": [
            {"kind": block.kind, "runs": [list(run) for run in block.runs]}
            for block in blocks_of(terms.text)
        ],
    }


def _acceptance(order: Order) -> str:
    who = order.placed_by
    return non_breaking(
        f"Accepté le {_moment(order.accepted_at)} par {who.full_name} ({who.email}), pour "
        f"{order.company.legal_name}, avec les conditions générales de vente annexées, "
        f"version {order.terms.number}."
    )


def _day(day: date) -> str:
    return format_date_fr(day).replace(" ", "\u00a0")


def _moment(at: datetime) -> str:
    local = at.astimezone(PARIS)
    return f"{_day(local.date())} à\u00a0{local:%H:%M} (heure de Paris)"


def _day_parts(at: datetime) -> dict[str, int]:
    day = paris_date(at)
    return {"year": day.year, "month": day.month, "day": day.day}
