"""The rows of a price list as they are typed: a quantity and a price, or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms

from marketingconnect.catalogue.models import PriceList
from marketingconnect.catalogue.queries import ShownPrice, prices_shown
from marketingconnect.catalogue.rules import Tier, Unit
from marketingconnect.catalogue.services import NewPrice
from marketingconnect.terms.queries import earliest_change

UNIT_LABELS: Final = {
    Unit.THOUSAND: "prix HT du mille",
    Unit.PIECE: "prix HT l’unité",
    Unit.FLAT: "prix HT",
}
_TOO_MANY: Final = 100_000_000


class TierForm(forms.Form):
    """One tier; without a price, it is not published."""

    start = forms.IntegerField(
        label="À partir de", min_value=1, max_value=_TOO_MANY, required=False
    )
    price = forms.DecimalField(
        label="Prix", min_value=0, max_digits=12, decimal_places=4, required=False, localize=True
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("price") is not None and data.get("start") is None and not self.errors:
            self.add_error("start", "Indiquez à partir de quelle quantité.")
        return data

    def tier(self) -> Tier | None:
        """The tier typed, or nothing."""
        price = self.cleaned_data["price"]
        return None if price is None else Tier(self.cleaned_data["start"], Decimal(price))


@dataclass(frozen=True)
class ServiceRows:
    """A service with its tiers, and one more to fill."""

    shown: ShownPrice
    tiers: list[TierForm]

    @property
    def title(self) -> str:
        return f"{self.shown.label}, {UNIT_LABELS[Unit(self.shown.unit)]}"


class PriceRows:
    """Every service of the list that a new one is written over."""

    def __init__(self, latest: PriceList | None, typed: Mapping[str, Any] | None) -> None:
        shown = prices_shown(latest) if latest else []
        self.services = [
            ServiceRows(one, list(_tiers_of(at, one, typed))) for at, one in enumerate(shown)
        ]

    def __iter__(self) -> Iterator[ServiceRows]:
        return iter(self.services)

    @property
    def forms(self) -> list[TierForm]:
        return [form for service in self.services for form in service.tiers]

    def is_valid(self) -> bool:
        """Whether every row can be read."""
        return all(form.is_valid() for form in self.forms)

    def prices(self) -> list[NewPrice]:
        """The services that keep a price."""
        found = []
        for service in self.services:
            tiers = tuple(tier for form in service.tiers if (tier := form.tier()) is not None)
            one = service.shown
            if tiers:
                found.append(NewPrice(one.code, one.label, Unit(one.unit), tiers, one.offer))
        return found


def _tiers_of(at: int, shown: ShownPrice, typed: Mapping[str, Any] | None) -> Iterator[TierForm]:
    known: list[Tier | None] = [*shown.tiers]
    if shown.unit != Unit.FLAT:
        known.append(None)
    for rank, tier in enumerate(known):
        initial = (
            {"start": tier.from_quantity, "price": tier.unit_price.normalize()} if tier else {}
        )
        yield TierForm(typed, prefix=f"p{at}-{rank}", initial=initial)


def _initial(tier: Tier | None) -> dict[str, Any]:
    """A price as one writes it: 38 for 38.0000, never 1E+2."""
    if tier is None:
        return {}
    price = Decimal(format(tier.unit_price.normalize(), "f"))
    return {"start": tier.from_quantity, "price": price}


def latest_list() -> PriceList | None:
    """The last price list published, in force or not."""
    return PriceList.objects.order_by("-number").first()


def first_day(latest: PriceList | None, today: date) -> date:
    """The first day a new list may start."""
    tomorrow = today + timedelta(days=1)
    if latest is None:
        return tomorrow
    earliest = earliest_change(today) or tomorrow
    return max(earliest, latest.in_force_from + timedelta(days=1))
