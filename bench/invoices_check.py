"""Are our documents what the norms want? Drawn by lot, judged by the official schema and rules."""

import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from bench.drawn_documents import NOON, documents
from bench.schematrons import Schematrons, compiled
from bench.scratch import scratch_database
from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.catalogue.models import PriceList
from marketingconnect.catalogue.queries import PricePart
from marketingconnect.catalogue.rules import Unit, composed_unit_price, net_price
from marketingconnect.invoices.factur_x import schema
from marketingconnect.invoices.factur_x.cii import cii_xml
from marketingconnect.invoices.factur_x.codes import asks_penalties, document_type
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.territory import Territory
from marketingconnect.kernel.vat import find_vat_rate
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import place_order
from marketingconnect.orders.services.placing import DraftLine
from marketingconnect.terms.law import vat_rates_of
from marketingconnect.terms.models import TermsAcceptance, TermsVersion
from marketingconnect.terms.queries import law
from marketingconnect.terms.services import ensure_terms_published

Say = Callable[[str], Any]
_SHOWN: Final = 10
_CLERK: Final = Actor.system("contrôle des factures")
_NAMES: Final = {
    "386": "acomptes",
    "503": "avoirs sur acompte",
    "381": "avoirs",
}


@dataclass
class Drawer:
    """Orders of one company, placed without a basket: only their figures matter here."""

    company: Company
    user: User
    terms: TermsVersion
    prices: PriceList
    draw: random.Random
    rates: Any = field(default_factory=lambda: vat_rates_of(law()))

    def order(self, *, quantity: int, options: Sequence[str], uses: int, label: str) -> Order:
        self.company.refresh_from_db()
        rate = find_vat_rate(NOON.date(), Territory(self.company.territory), self.rates)
        parts = tuple(
            PricePart(code, code, Decimal(self.draw.randint(5_000, 900_000)).scaleb(-4))
            for code in ("list.postal", *options)
        )
        price = composed_unit_price(prices=[one.unit_price for one in parts], uses=uses)
        line = DraftLine(
            offer="",
            item_id=None,
            label=label,
            quantity=quantity,
            unit=Unit.THOUSAND,
            unit_price=price,
            net=net_price(quantity=quantity, unit=Unit.THOUSAND, unit_price=price),
            vat_rate=rate.percent,
            parts=parts if len(parts) > 1 or uses > 1 else (),
            uses=uses,
        )
        return place_order(
            request_uuid=uuid.UUID(int=self.draw.getrandbits(128), version=4),
            acceptance=self._accepted(),
            price_list=self.prices,
            territory=self.company.territory,
            lines=[line],
            payment_method="transfer",
            purchase_reference=self.draw.choice(("", "ACHAT-2026/118")),
            actor=_CLERK,
            now=NOON,
        )

    def _accepted(self) -> TermsAcceptance:
        """An order has one of its own."""
        return TermsAcceptance.objects.create(
            version=self.terms,
            sha256=self.terms.sha256,
            company=self.company,
            user=self.user,
            at=NOON,
            means="contrôle",
        )


def check(*, count: int, seed: int, say: Say) -> bool:
    """Print a table by kind, then a line of JSON; True when nothing is refused."""
    started = time.monotonic()
    drawn: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    territories: Counter[str] = Counter()
    rates: Counter[str] = Counter()
    examples: list[str] = []
    judges = compiled()
    with scratch_database("invoices_check"):
        for document in documents(_drawer(seed), seed=seed, count=count):
            kind = kind_of(document)
            drawn[kind] += 1
            territories[document.territory] += 1
            rates.update(row["rate"] for row in document.vat_lines)
            if problems := refusals(document, judges):
                refused[kind] += 1
                examples.append(f"{document} ({kind}, {document.territory}) : {problems[0]}")
    for kind, number in sorted(drawn.items()):
        say(f"{kind:<44} {number:6} documents {refused[kind]:6} refus")
    for example in examples[:_SHOWN]:
        say(example)
    told = {
        "documents": drawn.total(),
        "refused": refused.total(),
        "seed": seed,
        "kinds": dict(sorted(drawn.items())),
        "territories": len(territories),
        "vat_rates": sorted(rates),
        "seconds": round(time.monotonic() - started, 1),
    }
    say(json.dumps(told, ensure_ascii=False))
    return not refused


def refusals(document: Invoice, judges: Schematrons) -> list[str]:
    """What the schema, EN 16931 and the French rules say against a document."""
    try:
        xml = cii_xml(document)
        schema.check(xml)
    except (schema.InvalidXmlError, KeyError) as error:
        return [f"XSD: {error}"]
    return judges.refusals(xml)


def kind_of(document: Invoice) -> str:
    """What it is in French, as the table names it."""
    if document.kind == InvoiceKind.CREDIT_NOTE:
        corrected = document.corrects or document
        after = " sur pénalités" if asks_penalties(corrected) else ""
        return _NAMES[document_type(document)] + after
    if document.is_deposit:
        return _NAMES["386"]
    if asks_penalties(document):
        return "pénalités de retard"
    if document.cause:
        return "frais de dossier" if document.cause.endswith(":fee") else "factures complémentaires"
    return _first_invoice(document)


def _first_invoice(document: Invoice) -> str:
    more = [
        word
        for word, holds in (
            ("avec échéancier", bool(document.schedule)),
            ("acomptes déduits", document.lines.filter(net_cents__lt=0).exists()),
            ("payées", document.due_cents == 0),
        )
        if holds
    ]
    return ", ".join(["factures", *more])


def _drawer(seed: int) -> Drawer:
    terms = ensure_terms_published(NOON)
    publish_demo_operator(actor=_CLERK, now=NOON)
    publish_demo_price_list(actor=_CLERK, now=NOON)
    company = Company.objects.create(
        reference="C-000001",
        siret="90000001900019",
        legal_name="Boulangerie Nadia",
        billing_street="12 RUE DU FOUR",
        billing_postal_code="69003",
        billing_city="LYON",
        territory=Territory.METROPOLE,
        created_at=NOON,
    )
    user = User.objects.create(
        email="nadia@example.org", first_name="Nadia", last_name="Essai", joined_at=NOON
    )
    draw = random.Random(seed)  # noqa: S311  draws prices, no secrets
    return Drawer(company, user, terms, PriceList.objects.latest("pk"), draw)
