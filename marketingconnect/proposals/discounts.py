"""The discount agreed on a line, as a part of its price that every document shows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet

from marketingconnect.cart.queries import ShownLine
from marketingconnect.catalogue.queries import PricePart
from marketingconnect.catalogue.rules import Unit, net_price
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.proposals.models import DiscountLimit, ProposalLine
from marketingconnect.proposals.rules import discounted_price
from marketingconnect.proposals.words import percent_in_words

DISCOUNT: Final = "discount"
"""Code of the part that a discount takes off."""


def discount_limit_on(day: date) -> Decimal:
    """The largest discount allowed that day; zero until the operator allows one."""
    limit = DiscountLimit.objects.filter(in_force_from__lte=day).first()
    return limit.most_percent if limit else Decimal(0)


def discount_limits() -> QuerySet[DiscountLimit]:
    """Every limit, that of the latest day first."""
    return DiscountLimit.objects.select_related("set_by")


def agreed_price(line: ShownLine, row: ProposalLine) -> ShownLine:
    """A line at the tariff less what is agreed on it; each use costs less by the same."""
    if line.problem or not row.discount_percent:
        return line
    full = line.unit_price / line.uses
    kept = discounted_price(price=full, percent=row.discount_percent)
    unit_price = kept * line.uses
    parts = line.parts or (PricePart("", line.service, full),)
    return replace(
        line,
        unit_price=unit_price,
        net=net_price(quantity=line.quantity, unit=Unit(line.unit), unit_price=unit_price),
        parts=(*parts, PricePart(DISCOUNT, label_of(row), kept - full)),
        next_tier=None,
    )


def label_of(row: ProposalLine) -> str:
    """`Remise de 10 % (fidélité)`."""
    percent = percent_in_words(row.discount_percent)
    return non_breaking(f"Remise de {percent} ({row.discount_reason})")
