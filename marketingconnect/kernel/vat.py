"""VAT (TVA): which rate holds on a date in a territory, and the tax on amounts.

The rate follows the client's place for services between professionals (CGI, art. 259-1). The
rates themselves are dated data, `vat_rates.toml`, with their sources.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.territory import Territory


@dataclass(frozen=True, slots=True)
class VatRate:
    """A rate in force from a day to a day, both included; `in_force_to` None means still in force.

    `percent` is 20 for 20 %. `mention` is the sentence an invoice without tax must carry.
    """

    territory: Territory
    percent: Decimal
    in_force_from: date
    in_force_to: date | None
    source: str
    mention: str = ""

    def holds(self, on: date) -> bool:
        """Whether the rate is in force on that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class VatTotal:
    """All the lines of one rate: their net sum and the tax on it."""

    percent: Decimal
    net: Money
    vat: Money

    @property
    def gross(self) -> Money:
        """Net and tax together (TTC)."""
        return self.net + self.vat


@lru_cache(maxsize=1)
def shipped_vat_rates() -> tuple[VatRate, ...]:
    """The rates that ship with the product, oldest first for each territory."""
    text = resources.files(__package__).joinpath("vat_rates.toml").read_text(encoding="utf-8")
    return parse_vat_rates(text)


def parse_vat_rates(toml: str) -> tuple[VatRate, ...]:
    """Read the TOML table `[[rate]]`: territories, percent, in_force_from, in_force_to, source."""
    return tuple(
        VatRate(
            territory=Territory(name),
            percent=Decimal(row["percent"]),
            in_force_from=row["in_force_from"],
            in_force_to=row.get("in_force_to"),
            source=row["source"],
            mention=row.get("mention", ""),
        )
        for row in tomllib.loads(toml)["rate"]
        for name in row["territories"]
    )


def find_vat_rate(on: date, territory: Territory | str, rates: Sequence[VatRate]) -> VatRate:
    """The one rate in force that day in that territory, with its source and its mention.

    Raises InvalidValueError when the table has no rate, ValueError when it has several.
    """
    place = Territory(territory).for_vat
    found = [rate for rate in rates if rate.territory is place and rate.holds(on)]
    if not found:
        raise InvalidValueError(
            "vat_rate_missing",
            f"Aucun taux de TVA n’est connu pour {place.label_fr} au {on:%d/%m/%Y}.",
        )
    if len(found) > 1:
        raise ValueError(f"several VAT rates for {place} on {on}")
    return found[0]


def vat_rate(on: date, territory: Territory | str, rates: Sequence[VatRate]) -> Decimal:
    """The percentage in force that day in that territory: Decimal("20"), Decimal("8.5"), 0."""
    return find_vat_rate(on, territory, rates).percent


def vat_amount(net: Money, percent: Decimal) -> Money:
    """The tax on a net amount, rounded half up to the cent."""
    return net.percent(percent)


def vat_by_rate(lines: Iterable[tuple[Money, Decimal]]) -> tuple[VatTotal, ...]:
    """The tax of a document: net lines are summed by rate, then taxed once; highest rate first."""
    nets: dict[Decimal, Money] = {}
    for net, percent in lines:
        nets[percent] = nets.get(percent, Money.zero) + net
    return tuple(
        VatTotal(percent, nets[percent], vat_amount(nets[percent], percent))
        for percent in sorted(nets, reverse=True)
    )
