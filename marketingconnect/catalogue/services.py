"""Publish prices and say who sells. What is in force is never edited: a new row replaces it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.models import OperatorIdentity, PriceItem, PriceList, PriceTier
from marketingconnect.catalogue.rules import Tier, Unit, may_start_on, tier_problems
from marketingconnect.clock import paris_date
from marketingconnect.kernel.siren import normalise_siret, vat_number
from marketingconnect.terms.queries import earliest_change
from marketingconnect.terms.rules import ChangeKind, start_problem
from marketingconnect.terms.services import announce_change


@dataclass(frozen=True)
class NewPrice:
    """A service to publish with its tiers."""

    code: str
    label: str
    unit: Unit
    tiers: tuple[Tier, ...]
    offer: str = ""


@dataclass(frozen=True)
class NewOperator:
    """The operator's identity to publish; amounts in cents, digits without spaces."""

    legal_name: str
    legal_form: str
    capital_cents: int
    siret: str
    rcs_city: str
    street: str
    postal_code: str
    city: str
    email: str
    phone: str
    iban: str
    bic: str
    bank_name: str
    cheque_payee: str
    cheque_address: str
    vat_on_debits: bool = False


class NotPublishableError(ValueError):
    """What was asked cannot be published; `problems` are French sentences for the form."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


@transaction.atomic
def publish_price_list(
    *,
    title: str,
    in_force_from: date,
    prices: Sequence[NewPrice],
    actor: Actor,
    now: datetime,
) -> PriceList:
    """CGV III.b: publish a tariff that starts on a day to come, and have its clients told.

    With clients under contract, that day leaves each of them the time to refuse. Raises
    NotPublishableError.
    """
    lists = list(PriceList.objects.select_for_update())
    latest = max((known.in_force_from for known in lists), default=None)
    problems = [f"{p.label} : {s}" for p in prices for s in tier_problems(tiers=p.tiers)]
    problems += [problem] if (problem := _start_problem(in_force_from, latest, now)) else []
    if problems:
        raise NotPublishableError(problems)
    number = max((known.number for known in lists), default=0) + 1
    price_list = PriceList.objects.create(
        number=number, title=title, in_force_from=in_force_from, published_at=now
    )
    _add_prices(price_list, prices)
    record(
        action="catalogue.price_list_published",
        actor=actor,
        company_id=None,
        subject=f"price_list:{number}",
        at=now,
        after={"in_force_from": in_force_from, "prices": [asdict(price) for price in prices]},
    )
    if latest is not None:
        announce_change(kind=ChangeKind.PRICES, number=number, in_force_from=in_force_from, now=now)
    return price_list


def _start_problem(starts_on: date, latest: date | None, now: datetime) -> str:
    today = paris_date(now)
    if not may_start_on(starts_on=starts_on, today=today, latest_start=latest):
        return "Un nouveau tarif commence après aujourd’hui et après le dernier publié."
    earliest = earliest_change(today)
    return start_problem(
        starts_on=starts_on, published_on=today, latest_start=latest, earliest=earliest
    )


def _add_prices(price_list: PriceList, prices: Sequence[NewPrice]) -> None:
    items = PriceItem.objects.bulk_create(
        PriceItem(
            price_list=price_list,
            code=price.code,
            offer=price.offer,
            label=price.label,
            unit=price.unit,
        )
        for price in prices
    )
    PriceTier.objects.bulk_create(
        PriceTier(item=item, from_quantity=tier.from_quantity, unit_price=tier.unit_price)
        for item, price in zip(items, prices, strict=True)
        for tier in price.tiers
    )


@transaction.atomic
def set_operator(
    operator: NewOperator, *, in_force_from: date, actor: Actor, now: datetime
) -> OperatorIdentity:
    """Publish who the operator is from a day on. Raises InvalidValueError or NotPublishableError.

    The VAT number is computed from the SIREN. A day that already has an identity is refused:
    invoices of that day may carry it.
    """
    latest = OperatorIdentity.objects.aggregate(latest=Max("in_force_from"))["latest"]
    if latest is not None and in_force_from <= latest:
        raise NotPublishableError(["Une identité commence après la dernière publiée."])
    siret = normalise_siret(operator.siret)
    values: dict[str, Any] = {**asdict(operator), "siret": siret}
    identity = OperatorIdentity.objects.create(
        **values,
        vat_number=vat_number(siret[:9]),
        in_force_from=in_force_from,
        set_by_id=actor.id,
        set_at=now,
    )
    record(
        action="catalogue.operator_set",
        actor=actor,
        company_id=None,
        subject=f"operator:{identity.pk}",
        at=now,
        after={**values, "in_force_from": in_force_from},
    )
    return identity
