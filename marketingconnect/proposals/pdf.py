"""Lay out a proposal as it was sent: a PDF/A, tagged, made of the frozen row alone."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import resources
from typing import Any, Final

import typst

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.invoices.pdf import date_fr
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.siren import format_siren, format_siret
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod
from marketingconnect.proposals.models import Proposal, ProposalLine
from marketingconnect.proposals.queries import schedule_of

_UNITS: Final = {"thousand": "le mille", "piece": "l’unité", "flat": "forfait"}


def render(proposal: Proposal) -> bytes:
    """The pages. Raises typst.TypstError if the template is at fault."""
    sent_on = _sent_on(proposal)
    pdf = typst.compile(
        resources.files(__package__).joinpath("proposal.typ").read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"proposal": json.dumps(document(proposal), ensure_ascii=False)},
        pdf_standards=["a-3b"],
        timestamp=datetime.combine(sent_on, time(12), tzinfo=UTC),
    )
    assert isinstance(pdf, bytes)  # noqa: S101  one document, one file
    return pdf


def document(proposal: Proposal) -> dict[str, Any]:
    """What the template prints, every figure and date already in French."""
    sent_on = _sent_on(proposal)
    return {
        "reference": proposal.reference,
        "sent": {"year": sent_on.year, "month": sent_on.month, "day": sent_on.day},
        "facts": _facts(proposal, sent_on),
        "seller": _seller(sent_on),
        "buyer": _buyer(proposal),
        "message": [part.strip() for part in proposal.message.split("\n") if part.strip()],
        "lines": [_line(line) for line in proposal.lines.all()],
        "top_up": str(Money(proposal.top_up_cents)) if proposal.top_up_cents else "",
        "net": str(Money(proposal.net_cents)),
        "vat": str(Money(proposal.vat_cents)),
        "vat_rate": _rate(proposal.vat_rate or Decimal(0)),
        "total": str(Money(proposal.total_cents)),
        "payment": _payment(proposal),
        "schedule": _schedule(proposal, sent_on),
        "closing": _closing(proposal),
    }


def _sent_on(proposal: Proposal) -> date:
    assert proposal.proposed_at is not None  # noqa: S101  only what was sent is printed
    return paris_date(proposal.proposed_at)


def _facts(proposal: Proposal, sent_on: date) -> list[list[str]]:
    assert proposal.valid_until is not None  # noqa: S101  it was sent
    facts = [
        ["Date", date_fr(sent_on)],
        ["Valable jusqu’au", f"{date_fr(proposal.valid_until)} inclus"],
        ["Client", proposal.company.reference],
        ["Votre conseiller", proposal.advisor.full_name],
    ]
    if proposal.purchase_reference:
        facts.append(["Votre référence", proposal.purchase_reference])
    return facts


def _seller(on: date) -> dict[str, str]:
    operator = operator_on(on)
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


def _buyer(proposal: Proposal) -> dict[str, str]:
    company = proposal.company
    return {
        "name": company.legal_name,
        "street": company.billing_street,
        "city": f"{company.billing_postal_code} {company.billing_city}",
        "siren": format_siren(company.siret[:9]),
    }


def _line(line: ProposalLine) -> dict[str, str]:
    parts = " + ".join(
        f"{part['label']} {_price(Decimal(part['unit_price']))}" for part in line.parts
    )
    uses = f"× {line.uses} utilisations" if line.uses > 1 else ""
    return {
        "label": line.label,
        "detail": non_breaking(", ".join(one for one in (parts, uses) if one)),
        "quantity": format_number_fr(line.quantity),
        "unit_price": _price(line.unit_price),
        "unit": _UNITS.get(line.unit, line.unit),
        "net": str(Money(line.net_cents)),
    }


def _price(price: Decimal) -> str:
    """`29,00 €`; with the decimals of the price where there are more: `0,1225 €`."""
    rounded = Money.from_decimal(price)
    if rounded.to_decimal() == price:
        return str(rounded)
    return f"{format_number_fr(price.normalize())}\u00a0€"


def _rate(rate: Decimal) -> str:
    whole, _, decimals = f"{rate:f}".partition(".")
    kept = decimals.rstrip("0")
    return f"{whole},{kept}\u00a0%" if kept else f"{whole}\u00a0%"


def _payment(proposal: Proposal) -> str:
    method = METHOD_LABELS[PaymentMethod(proposal.payment_method)].lower()
    if proposal.first_due_on is None:
        return f"Par {method}, après votre acceptation."
    count = proposal.instalments
    return f"Par {method}, en {count} échéances." if count > 1 else f"Par {method}, à une date."


def _schedule(proposal: Proposal, sent_on: date) -> list[list[str]]:
    """As for a client who accepts on the day it is sent."""
    rows = schedule_of(proposal, Money(proposal.total_cents), sent_on)
    return [[date_fr(day), str(amount)] for day, amount in rows]


def _closing(proposal: Proposal) -> list[str]:
    assert proposal.terms is not None  # noqa: S101  it was sent
    assert proposal.price_list is not None  # noqa: S101  as above
    sentences = [
        "Pour l’accepter, ouvrez votre espace client : vous seul pouvez le faire, et rien n’est "
        "commandé avant (CGV, art. II.1.c). Vous signez ensuite le bon de commande (art. III.a).",
        f"Prix hors taxes du tarif n° {proposal.price_list.number}, arrêtés jusqu’à cette date "
        "(art. III.b). La TVA est donnée à titre indicatif : celle du jour de la facture "
        "s’applique (art. II.1.b).",
        f"Conditions générales de vente jointes : version {proposal.terms.number}, empreinte "
        f"{proposal.terms.sha256[:16]}… Si une autre version est en vigueur le jour de votre "
        "acceptation, c’est elle qui vous est présentée.",
    ]
    if proposal.first_due_on is not None:
        sentences.append(
            "Acceptée après le premier jour de l’échéancier, la proposition garde le même délai, "
            "compté de votre acceptation et d’un mois au plus (art. II.2.b)."
        )
    return [non_breaking(sentence) for sentence in sentences]
