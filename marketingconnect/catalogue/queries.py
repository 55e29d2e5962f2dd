"""Reads of the price lists and of the operator's identity."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from marketingconnect.catalogue.models import OperatorIdentity, PriceItem, PriceList
from marketingconnect.catalogue.rules import (
    Tier,
    Unit,
    composed_unit_price,
    net_price,
    start_in_force,
    tier_of,
)
from marketingconnect.kernel.money import Money


class NoPriceError(LookupError):
    """No price is published for this service, this quantity or this day."""


@dataclass(frozen=True)
class PricePart:
    """One of the prices that a composed unit price adds up, euros HT for one use."""

    code: str
    label: str
    unit_price: Decimal


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
    parts: tuple[PricePart, ...] = ()
    """What a composed unit price adds up; empty for a service without options."""
    uses: int = 1


@dataclass(frozen=True)
class ShownPrice:
    """A row of the public price page."""

    code: str
    offer: str
    label: str
    unit: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class ComparedPrice:
    """A unit price from a quantity, in two price lists; None where one has no such service."""

    label: str
    unit: str
    from_quantity: int
    before: Decimal | None
    after: Decimal | None

    @property
    def has_changed(self) -> bool:
        return self.before != self.after


def current_price_list(on: date) -> PriceList:
    """The tariff in force that civil day. Raises NoPriceError when none had started."""
    start = start_in_force(on=on, starts=PriceList.objects.values_list("in_force_from", flat=True))
    if start is None:
        raise NoPriceError("Aucun tarif n’est en vigueur à cette date.")
    return PriceList.objects.get(in_force_from=start)


def coming_price_lists(on: date) -> QuerySet[PriceList]:
    """Tariffs already published that start after that day, soonest first."""
    return PriceList.objects.filter(in_force_from__gt=on).order_by("in_force_from")


def price_list_of(number: int) -> PriceList | None:
    """One tariff by its number."""
    return PriceList.objects.filter(number=number).first()


def price_list_before(price_list: PriceList) -> PriceList | None:
    """The tariff that one replaces."""
    return PriceList.objects.filter(number__lt=price_list.number).order_by("-number").first()


def prices_compared(earlier: PriceList | None, later: PriceList) -> list[ComparedPrice]:
    """Every tier of two tariffs side by side, in the order of the later one.

    A service whose unit changed is another service: it ends and begins.
    """
    before = {(one.code, one.unit): one for one in prices_shown(earlier)} if earlier else {}
    after = {(one.code, one.unit): one for one in prices_shown(later)}
    compared = []
    for service in dict.fromkeys([*after, *before]):
        old, new = before.get(service), after.get(service)
        shown = after.get(service) or before[service]
        starts = {tier.from_quantity for one in (old, new) if one for tier in one.tiers}
        compared += [
            ComparedPrice(shown.label, shown.unit, start, _at(old, start), _at(new, start))
            for start in sorted(starts)
        ]
    return compared


def _at(shown: ShownPrice | None, quantity: int) -> Decimal | None:
    tier = tier_of(quantity=quantity, tiers=shown.tiers) if shown else None
    return tier.unit_price if tier else None


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


def composed_price(
    price_list: PriceList, codes: Sequence[str], quantity: int, *, uses: int = 1
) -> PricedLine:
    """The price of `quantity` pieces of a service (the first code) with its options, once rounded.

    Each part is at the tier that the quantity reaches. Raises NoPriceError when one has no price,
    or is for another unit than the service.
    """
    lines = [price_of(price_list, code, quantity) for code in codes]
    main = lines[0]
    if any(line.unit != main.unit for line in lines):
        raise NoPriceError("Les options de ce service ne sont pas publiées pour la même unité.")
    if len(lines) == 1 and uses == 1:
        return main
    unit_price = composed_unit_price(prices=[line.unit_price for line in lines], uses=uses)
    return replace(
        main,
        unit_price=unit_price,
        net=net_price(quantity=quantity, unit=Unit(main.unit), unit_price=unit_price),
        next_tier=_next_composed_tier(price_list, codes, lines, uses),
        parts=tuple(PricePart(line.code, line.label, line.unit_price) for line in lines),
        uses=uses,
    )


def _next_composed_tier(
    price_list: PriceList, codes: Sequence[str], lines: Sequence[PricedLine], uses: int
) -> Tier | None:
    """The quantity from which one of the parts is cheaper, and what a unit costs then."""
    starts = [line.next_tier.from_quantity for line in lines if line.next_tier is not None]
    if not starts:
        return None
    prices = [price_of(price_list, code, min(starts)).unit_price for code in codes]
    return Tier(min(starts), composed_unit_price(prices=prices, uses=uses))


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
