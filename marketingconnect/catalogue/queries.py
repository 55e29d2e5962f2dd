"""Reads of the price lists and of the operator's identity."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from marketingconnect.catalogue.models import OperatorIdentity, PriceItem, PriceList
from marketingconnect.catalogue.rules import Tier, Unit, net_price, start_in_force, tier_of
from marketingconnect.kernel.money import Money


class NoPriceError(LookupError):
    """No price is published for this service, this quantity or this day."""


@dataclass(frozen=True)
class PricedLine:
    """A quantity of a service at the price of a list. `unit_price` is euros HT per `unit`."""

    code: str
    label: str
    quantity: int
    unit: str
    unit_price: Decimal
    net: Money
    next_tier: Tier | None = None
    """The next cheaper tier, for a hint."""


@dataclass(frozen=True)
class ShownPrice:
    """A row of the public price page."""

    code: str
    offer: str
    label: str
    unit: str
    tiers: tuple[Tier, ...]


def current_price_list(on: date) -> PriceList:
    """The tariff in force that civil day. Raises NoPriceError when none had started."""
    start = start_in_force(on=on, starts=PriceList.objects.values_list("in_force_from", flat=True))
    if start is None:
        raise NoPriceError("Aucun tarif n’est en vigueur à cette date.")
    return PriceList.objects.get(in_force_from=start)


def coming_price_lists(on: date) -> QuerySet[PriceList]:
    """Tariffs already published that start after that day, soonest first."""
    return PriceList.objects.filter(in_force_from__gt=on).order_by("in_force_from")


def price_of(price_list: PriceList, code: str, quantity: int) -> PricedLine:
    """The price of `quantity` pieces of a service. Raises NoPriceError when it has none."""
    item = PriceItem.objects.filter(price_list=price_list, code=code).first()
    if item is None:
        raise NoPriceError(f"Le service {code} n’est pas au tarif {price_list.number}.")
    tiers = tiers_of(item)
    tier = tier_of(quantity=quantity, tiers=tiers)
    if tier is None:
        raise NoPriceError("Aucun prix n’est publié pour cette quantité.")
    unit = Unit(item.unit)
    return PricedLine(
        code=code,
        label=item.label,
        quantity=quantity,
        unit=item.unit,
        unit_price=tier.unit_price,
        net=net_price(quantity=quantity, unit=unit, unit_price=tier.unit_price),
        next_tier=next((t for t in tiers if t.from_quantity > quantity), None),
    )


def prices_shown(price_list: PriceList) -> list[ShownPrice]:
    """Everything the public price page shows, in the order of the list."""
    items = PriceItem.objects.filter(price_list=price_list).prefetch_related("tiers").order_by("pk")
    return [
        ShownPrice(item.code, item.offer, item.label, item.unit, tiers_of(item)) for item in items
    ]


def tiers_of(item: PriceItem) -> tuple[Tier, ...]:
    """The tiers of a service, smallest quantity first."""
    tiers = sorted(item.tiers.all(), key=lambda tier: tier.from_quantity)
    return tuple(Tier(tier.from_quantity, tier.unit_price) for tier in tiers)


def operator_on(on: date) -> OperatorIdentity:
    """Who the operator legally is on a day. Raises OperatorIdentity.DoesNotExist when unset."""
    return OperatorIdentity.objects.filter(in_force_from__lte=on).latest("in_force_from")
