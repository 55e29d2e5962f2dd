"""Prices as the public pages show them: the tariff in force and an estimate for a quantity."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.catalogue.queries import (
    NoPriceError,
    PricedLine,
    ShownPrice,
    current_price_list,
    operator_on,
    price_of,
    prices_shown,
)
from marketingconnect.kernel.money import Money
from marketingconnect.web.shop.pages.terms_text import parameters_on

LARGEST_QUANTITY = 5_000_000


@dataclass(frozen=True, slots=True)
class Tariff:
    """The published prices and the day they started."""

    title: str
    in_force_from: date
    prices: list[ShownPrice]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The price HT of one e-mail campaign, the minimum of an order made visible."""

    line: PricedLine
    minimum: Money

    @property
    def top_up(self) -> Money:
        """What brings a small order to the minimum; zero above it."""
        return max(self.minimum - self.line.net, Money.zero)

    @property
    def total(self) -> Money:
        return self.line.net + self.top_up

    @property
    def saving_quantity(self) -> int | None:
        """A larger quantity that costs less than this one thanks to the next tier."""
        tier = self.line.next_tier
        if tier is None:
            return None
        larger = Money.from_decimal(tier.unit_price * tier.from_quantity / 1000)
        return tier.from_quantity if larger < self.line.net else None


class SpacedIntegerField(forms.IntegerField):
    """A whole number that one may write `2 000`, with any kind of space."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class EmailPriceForm(forms.Form):
    """How many addresses one wants to write to."""

    quantity = SpacedIntegerField(
        label="Nombre d’adresses",
        min_value=1,
        max_value=LARGEST_QUANTITY,
        error_messages={
            "required": "Indiquez un nombre d’adresses.",
            "invalid": "Écrivez un nombre entier, par exemple 2 000.",
            "min_value": "Le nombre d’adresses commence à 1.",
            "max_value": "Au-delà de 5 millions d’adresses, appelez-nous pour un devis.",
        },
    )

    def estimate(self, on: date) -> Estimate | None:
        """The price that day; None when the quantity cannot be read."""
        return email_estimate(self.cleaned_data["quantity"], on) if self.is_valid() else None

    @property
    def status(self) -> int:
        return 200 if self.is_valid() else 400


def email_estimate(quantity: int, on: date) -> Estimate | None:
    """The price of writing to `quantity` addresses; None when no tariff is published."""
    try:
        line = price_of(current_price_list(on), "email.own_file", quantity)
    except NoPriceError:
        return None
    return Estimate(line=line, minimum=minimum_order(on))


def minimum_order(on: date) -> Money:
    """The least an order is invoiced, HT, by the terms in force."""
    return parameters_on(on).minimum_order


def shown_tariff(on: date) -> Tariff | None:
    """The published prices; None before the first tariff."""
    try:
        prices = current_price_list(on)
    except NoPriceError:
        return None
    return Tariff(prices.title, prices.in_force_from, prices_shown(prices))


def operator_of(on: date) -> OperatorIdentity | None:
    """Who sells, for the legal pages; None on a platform that is not set up yet."""
    try:
        return operator_on(on)
    except OperatorIdentity.DoesNotExist:
        return None
