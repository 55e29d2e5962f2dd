"""An offer that keeps its items in memory and fulfils the same contract as the product's offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.offers.contract import (
    Interruption,
    LineDescription,
    Missing,
    NotSellableError,
    OrderFacts,
    Progress,
)


@dataclass(frozen=True)
class Leaflet:
    """An item of the offer under test."""

    company_id: int
    quantity: int = 6_000
    label: str = "EmailConnect : « Portes ouvertes »"
    lacks: tuple[str, ...] = ()
    state: str = "waiting"
    ordered: tuple[str, int] | None = None
    launches: int = 0
    options: tuple[str, ...] = ()
    uses: int = 1
    validated_on: date | None = None
    held: bool = False
    criteria: Mapping[str, Any] | None = None


@dataclass
class LeafletOffer:
    """What the contract asks, over a dictionary."""

    code: str = "email"
    items: dict[int, Leaflet] = field(default_factory=dict)

    def add(self, company: Company, **values: Any) -> int:
        item_id = len(self.items) + 1
        self.items[item_id] = Leaflet(company.pk, **values)
        return item_id

    def change(self, item_id: int, **values: Any) -> None:
        self.items[item_id] = replace(self.items[item_id], **values)

    def describe(self, item_id: int) -> LineDescription:
        item = self.items[item_id]
        if item.quantity == 0:
            raise NotSellableError("Choisissez un fichier de contacts.")
        return LineDescription(
            item.company_id,
            item.label,
            item.quantity,
            "email.own_file",
            item.options,
            item.uses,
            item.criteria,
        )

    def ordered(self, item_id: int, *, order_reference: str, quantity: int, now: datetime) -> None:
        self.change(item_id, ordered=(order_reference, quantity))

    def validated(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        self.change(item_id, validated_on=facts.payment_validated_on)

    def missing(self, item_id: int, facts: OrderFacts) -> list[Missing]:
        lacks = list(self.items[item_id].lacks)
        if facts.payment_validated_on is None:
            lacks.append("payment")
        return [Missing(code, f"Il manque : {code}.", "B.1.2", "client") for code in lacks]

    def launch(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        self.change(item_id, state="scheduled", launches=self.items[item_id].launches + 1)

    def progress(self, item_id: int) -> Progress:
        return Progress(self.items[item_id].state)

    def interrupt(
        self,
        item_id: int,
        interruption: Interruption,
        *,
        article: str,
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> bool:
        item = self.items[item_id]
        if interruption is Interruption.END:
            self.change(item_id, state="stopped", held=False)
            return True
        holds = interruption is Interruption.HOLD
        if item.state not in {"scheduled", "running"} or item.held == holds:
            return False
        self.change(item_id, held=holds)
        return True
