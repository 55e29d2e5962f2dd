"""The chart of accounts (plan comptable) as dated data: which account serves what, on a day."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from marketingconnect.ledger.states import Role


class UnknownAccountError(LookupError):
    """The chart has no account for that use on that day, or has several."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account in force between two days, both included; `percent` for one of VAT."""

    role: Role
    percent: Decimal | None
    number: str
    label: str
    in_force_from: date
    in_force_to: date | None
    source: str

    def holds(self, on: date) -> bool:
        """Whether the account is in force on that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


@lru_cache(maxsize=1)
def shipped_chart() -> tuple[Account, ...]:
    """The accounts that ship with the product."""
    text = resources.files(__package__).joinpath("accounts.toml").read_text(encoding="utf-8")
    return parse_chart(text)


def parse_chart(toml: str) -> tuple[Account, ...]:
    """Read the TOML table `[[account]]`: role, percent, number, label, dates, source."""
    return tuple(
        Account(
            role=Role(row["role"]),
            percent=Decimal(row["percent"]) if "percent" in row else None,
            number=row["number"],
            label=row["label"],
            in_force_from=row["in_force_from"],
            in_force_to=row.get("in_force_to"),
            source=row["source"],
        )
        for row in tomllib.loads(toml)["account"]
    )


def account_on(
    role: Role, on: date, chart: Sequence[Account], *, percent: Decimal | None = None
) -> Account:
    """The one account of that use on that day; raises UnknownAccountError.

    A rate of VAT without an account of its own goes to the one of other rates: a rate voted and
    entered in the law table must not stop invoices.
    """
    rows = [one for one in chart if one.role == role and one.holds(on)]
    own = [one for one in rows if one.percent == percent]
    found = own or [one for one in rows if one.percent is None]
    if len(found) != 1:
        raise UnknownAccountError(f"{len(found)} accounts for {role} {percent or ''} on {on}")
    return found[0]
