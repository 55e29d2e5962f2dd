"""Prices as the public pages show them: the tariff in force and an estimate for a quantity."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms

from marketingconnect.base.vocabulary import POPULATION_LABELS, Population
from marketingconnect.catalogue.models import OperatorIdentity, PriceList
from marketingconnect.catalogue.queries import (
    NoPriceError,
    PricedLine,
    ShownPrice,
    composed_price,
    current_price_list,
    operator_on,
    price_of,
    prices_shown,
)
from marketingconnect.kernel.money import Money
from marketingconnect.offers.list_rental.pricing import price_codes
from marketingconnect.offers.list_rental.rules.ordering import MOST_USES
from marketingconnect.offers.list_rental.vocabulary import RentalUse
from marketingconnect.web.shop.pages.terms_text import parameters_on

LARGEST_QUANTITY = 5_000_000
COMING: Final = frozenset({"sms.base"})
"""Published prices of what is not sold yet."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The published prices and the day they started."""

    title: str
    in_force_from: date
    prices: list[ShownPrice]

    @property
    def sold(self) -> list[ShownPrice]:
        """What can be ordered today."""
        return [price for price in self.prices if price.code not in COMING]

    @property
    def coming(self) -> list[ShownPrice]:
        """What the tariff holds already, for offers that open later."""
        return [price for price in self.prices if price.code in COMING]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The price HT of one campaign or file, the minimum of an order made visible."""

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


class PriceForm(forms.Form):
    """How many addresses; each offer says what else it asks and how it is priced."""

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
        """The price that day; None when something cannot be read, or is not priced."""
        if not self.is_valid():
            return None
        try:
            line = self.line(current_price_list(on))
        except NoPriceError:
            return None
        return Estimate(line=line, minimum=minimum_order(on))

    def line(self, prices: PriceList) -> PricedLine:
        """The priced line. Raises NoPriceError."""
        raise NotImplementedError

    @property
    def status(self) -> int:
        return 200 if self.is_valid() else 400


class EmailPriceForm(PriceForm):
    """How many addresses one wants to write to."""

    def line(self, prices: PriceList) -> PricedLine:
        return price_of(prices, "email.own_file", self.cleaned_data["quantity"])


class RentalPriceForm(PriceForm):
    """Which addresses one wants to rent, for how many uses, with what beside."""

    population = forms.ChoiceField(
        label="Qui",
        choices=[(one.value, label) for one, label in POPULATION_LABELS.items()],
        initial=Population.CONSUMERS.value,
        required=False,
        error_messages={"invalid_choice": "Choisissez des particuliers ou des professionnels."},
    )
    times = forms.TypedChoiceField(
        label="Utilisations",
        choices=[(str(n), f"{n}") for n in range(1, MOST_USES + 1)],
        coerce=int,
        empty_value="1",
        required=False,
        error_messages={"invalid_choice": f"Un fichier sert de 1 à {MOST_USES} fois."},
    )
    phone = forms.BooleanField(label="Avec le téléphone fixe", required=False)
    columns = forms.BooleanField(label="Avec des colonnes en plus", required=False)

    def line(self, prices: PriceList) -> PricedLine:
        data = self.cleaned_data
        uses = [RentalUse.TELEPHONE] if data["phone"] else [RentalUse.DIRECT_MAIL]
        codes = price_codes(
            population=data["population"] or Population.CONSUMERS,
            uses=uses,
            columns=["asked"] if data["columns"] else [],
        )
        return composed_price(prices, codes, data["quantity"], uses=int(data["times"]))


FORMS: Final[dict[str, type[PriceForm]]] = {
    "email": EmailPriceForm,
    "list_rental": RentalPriceForm,
}
"""The calculator of each offer on sale."""


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
