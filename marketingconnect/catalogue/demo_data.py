"""The demo's tariff and fictional operator, read from data files beside this one."""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

from marketingconnect.audit.actors import Actor
from marketingconnect.catalogue.models import OperatorIdentity, PriceList
from marketingconnect.catalogue.rules import Tier, Unit
from marketingconnect.catalogue.services import (
    NewOperator,
    NewPrice,
    publish_price_list,
    set_operator,
)


def publish_demo_price_list(*, actor: Actor, now: datetime) -> PriceList:
    """Publish the demo's tariff, unless a tariff exists already (then the oldest one is given)."""
    if existing := PriceList.objects.order_by("number").first():
        return existing
    table = _read("demo_prices.toml")
    return publish_price_list(
        title=table["title"],
        in_force_from=table["in_force_from"],
        prices=[_price(row) for row in table["price"]],
        actor=actor,
        now=now,
    )


def publish_demo_operator(*, actor: Actor, now: datetime) -> OperatorIdentity:
    """Publish the fictional operator, unless an identity exists already."""
    if existing := OperatorIdentity.objects.order_by("in_force_from").first():
        return existing
    table = _read("demo_operator.toml")
    starts_on: date = table["in_force_from"]
    return set_operator(
        NewOperator(**table["operator"]), in_force_from=starts_on, actor=actor, now=now
    )


def _price(row: dict[str, Any]) -> NewPrice:
    return NewPrice(
        code=row["code"],
        offer=row.get("offer", ""),
        label=row["label"],
        unit=Unit(row["unit"]),
        tiers=tuple(
            Tier(tier["from_quantity"], Decimal(tier["unit_price"])) for tier in row["tiers"]
        ),
    )


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)
