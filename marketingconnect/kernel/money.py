"""Amounts in euros, counted in whole cents. Rounding happens here and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Final

_CENT: Final = Decimal("0.01")
_NARROW_NO_BREAK_SPACE: Final = "\u202f"
_NO_BREAK_SPACE: Final = "\u00a0"
_MINUS: Final = "\u2212"


def _half_up(value: Decimal) -> int:
    """Round to the nearest whole number, halves away from zero as accountants do."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in euro cents; may be negative (a credit note, a refund)."""

    cents: int

    zero: ClassVar["Money"]

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"Money counts whole cents, not {self.cents!r}")

    @classmethod
    def from_decimal(cls, euros: Decimal) -> "Money":
        """Euros to cents, half up: Decimal("12.345") -> 12,35 €."""
        return cls(_half_up(euros / _CENT))

    @classmethod
    def total(cls, amounts: Iterable["Money"]) -> "Money":
        """The exact sum, zero for nothing."""
        return cls(sum(amount.cents for amount in amounts))

    def to_decimal(self) -> Decimal:
        """Euros with two decimals."""
        return Decimal(self.cents).scaleb(-2)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + other.cents) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - other.cents) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> "Money":
        return Money(-self.cents)

    def times(self, quantity: int | Decimal) -> "Money":
        """This unit price for a quantity, rounded half up once."""
        return Money(_half_up(Decimal(self.cents) * quantity))

    def percent(self, rate: Decimal) -> "Money":
        """`rate` percent of this amount, rounded half up once: 20 % of 0,03 € is 0,01 €."""
        return Money(_half_up(Decimal(self.cents) * rate / 100))

    def format_fr(self) -> str:
        """As a French reader expects it, with spaces that never break: `1 234,50 €`."""
        euros, cents = divmod(abs(self.cents), 100)
        grouped = f"{euros:,}".replace(",", _NARROW_NO_BREAK_SPACE)
        sign = _MINUS if self.cents < 0 else ""
        return f"{sign}{grouped},{cents:02d}{_NO_BREAK_SPACE}€"

    def __str__(self) -> str:
        return self.format_fr()


Money.zero = Money(0)


def price_per_thousand(unit_price_per_thousand: Decimal, quantity: int) -> Money:
    """The price of `quantity` units sold at so many euros a thousand, rounded half up once."""
    return Money.from_decimal(unit_price_per_thousand * quantity / 1000)


def format_number_fr(number: int | Decimal) -> str:
    """A count or a rate for a French reader: `12 480`, `8,5`, `−3`."""
    grouped = f"{abs(number):,}".replace(",", _NARROW_NO_BREAK_SPACE).replace(".", ",")
    return f"{_MINUS}{grouped}" if number < 0 else grouped
