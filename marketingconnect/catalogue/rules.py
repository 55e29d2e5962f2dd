"""What a price list says: which one holds on a date, and what a quantity costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from marketingconnect.kernel.money import Money, price_per_thousand


class Unit(StrEnum):
    """What a unit price is for."""

    THOUSAND = "thousand"
    PIECE = "piece"
    FLAT = "flat"


@dataclass(frozen=True)
class Tier:
    """A unit price in euros HT, from a quantity in pieces."""

    from_quantity: int
    unit_price: Decimal


def start_in_force(*, on: date, starts: Iterable[date]) -> date | None:
    """CGV III.b: the tariff of an order is the last one whose start is not after that day.

    None when no tariff had started yet.
    """
    return max((start for start in starts if start <= on), default=None)


def tier_of(*, quantity: int, tiers: Sequence[Tier]) -> Tier | None:
    """CGV II.1.b: the tier of the price list that the whole quantity reaches, or None."""
    reached = [tier for tier in tiers if tier.from_quantity <= quantity]
    return max(reached, key=lambda tier: tier.from_quantity, default=None)


def net_price(*, quantity: int, unit: Unit, unit_price: Decimal) -> Money:
    """CGV II.1.b: price HT of a quantity, every piece at the unit price of its tier.

    Rounded once, half up, to the cent. A flat price does not follow the quantity.
    """
    if unit is Unit.THOUSAND:
        return price_per_thousand(unit_price, quantity)
    if unit is Unit.PIECE:
        return Money.from_decimal(unit_price * quantity)
    return Money.from_decimal(unit_price)


def composed_unit_price(*, prices: Sequence[Decimal], uses: int) -> Decimal:
    """CGV II.1.b, CL.1: one unit of a service with its options, for so many uses.

    Prices add up: all are for the same unit. Each use named on the order form pays the whole.
    """
    return sum(prices, Decimal(0)) * uses


def tier_problems(*, tiers: Sequence[Tier]) -> list[str]:
    """CGV II.1.b: a price that can be shown starts at the first piece and never rises with it.

    French sentences, empty when the tiers may be published.
    """
    problems = []
    quantities = [tier.from_quantity for tier in tiers]
    if not tiers or min(quantities) != 1:
        problems.append("Le premier palier doit commencer à la quantité 1.")
    if len(set(quantities)) != len(quantities):
        problems.append("Deux paliers commencent à la même quantité.")
    ordered = [tier.unit_price for tier in sorted(tiers, key=lambda tier: tier.from_quantity)]
    if ordered != sorted(ordered, reverse=True):
        problems.append("Un palier plus élevé ne peut pas coûter plus cher à l’unité.")
    if any(price < 0 for price in ordered):
        problems.append("Un prix ne peut pas être négatif.")
    return problems


def may_start_on(*, starts_on: date, today: date, latest_start: date | None) -> bool:
    """CGV III.b: a new tariff applies to the future; one in force is never rewritten.

    The very first tariff may start on any day.
    """
    if latest_start is None:
        return True
    return starts_on > today and starts_on > latest_start
