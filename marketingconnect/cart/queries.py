"""The basket with its prices of the day: lines, minimum billing, VAT, what prevents an order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketingconnect.accounts.models import Company
from marketingconnect.cart.attestations import Attestation, attestations_for
from marketingconnect.cart.models import CartLine
from marketingconnect.cart.rules import methods_offered, minimum_top_up
from marketingconnect.catalogue.models import PriceList
from marketingconnect.catalogue.queries import (
    NoPriceError,
    PricePart,
    composed_price,
    current_price_list,
)
from marketingconnect.catalogue.rules import Tier
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.vat import VatRate, VatTotal, find_vat_rate, vat_by_rate
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.registry import offer_for
from marketingconnect.orders.services import DraftLine
from marketingconnect.payments.queries import transfer_applies
from marketingconnect.terms.models import TermsVersion
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import current_terms, parameters_of, vat_rates


@dataclass(frozen=True)
class ShownLine:
    """A line of the basket; `problem` is a French sentence when it cannot be ordered."""

    id: int
    offer: str
    item_id: int
    service: str
    label: str
    quantity: int
    unit: str
    unit_price: Decimal
    net: Money
    next_tier: Tier | None
    problem: str = ""
    parts: tuple[PricePart, ...] = ()
    uses: int = 1


@dataclass(frozen=True)
class Cart:
    """Everything the basket and the checkout show. Amounts in euros; VAT once per rate."""

    lines: tuple[ShownLine, ...]
    top_up: Money
    price_list: PriceList
    terms: TermsVersion
    parameters: TermsParameters
    vat: VatRate
    vat_lines: tuple[VatTotal, ...]
    attestations: tuple[Attestation, ...]
    methods: tuple[str, ...]

    @property
    def net(self) -> Money:
        return Money.total(total.net for total in self.vat_lines)

    @property
    def vat_amount(self) -> Money:
        return Money.total(total.vat for total in self.vat_lines)

    @property
    def total(self) -> Money:
        return self.net + self.vat_amount

    @property
    def services_net(self) -> Money:
        """Before the minimum billing."""
        return Money.total(line.net for line in self.lines)

    @property
    def problems(self) -> list[str]:
        return [line.problem for line in self.lines if line.problem]

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and not self.problems

    @property
    def transfer_only(self) -> bool:
        return self.methods == ("transfer",)

    def draft_lines(self) -> list[DraftLine]:
        """What an order of this basket freezes, the minimum-billing line included."""
        drafts = [
            DraftLine(
                offer=line.offer,
                item_id=line.item_id,
                label=line.label,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                net=line.net,
                vat_rate=self.vat.percent,
                parts=line.parts,
                uses=line.uses,
            )
            for line in self.lines
        ]
        return drafts + self._top_up_line()

    def _top_up_line(self) -> list[DraftLine]:
        if self.top_up == Money.zero:
            return []
        return [
            DraftLine(
                offer="",
                item_id=None,
                label=TOP_UP_LABEL,
                quantity=1,
                unit="flat",
                unit_price=self.top_up.to_decimal(),
                net=self.top_up,
                vat_rate=self.vat.percent,
            )
        ]


TOP_UP_LABEL = "Complément au minimum de facturation (CGV, art. II.1.b)"


def cart_of(company_id: int, on: date) -> Cart:
    """The basket of a company at the prices, VAT and terms of that civil day in Paris.

    Raises NoPriceError or LookupError when the operator published no tariff or no terms.
    """
    rows = CartLine.objects.filter(company_id=company_id)
    return priced(company_id, [(row.pk, row.offer, row.item_id) for row in rows], on)


def priced(
    company_id: int,
    items: Sequence[tuple[int, str, int]],
    on: date,
    *,
    agreed: Callable[[ShownLine], ShownLine] = lambda line: line,
) -> Cart:
    """Offers' items as a basket of that day: `(id of its line, offer, item_id)` each.

    `agreed` gives a line the price agreed for it, before the minimum billing is looked at. Raises
    as `cart_of` does.
    """
    company = Company.objects.get(pk=company_id)
    price_list = current_price_list(on)
    terms = current_terms(on)
    parameters = parameters_of(terms)
    lines = tuple(agreed(shown_line(*item, price_list)) for item in items)
    services = Money.total(line.net for line in lines)
    top_up = minimum_top_up(net=services, minimum=parameters.minimum_order)
    vat = find_vat_rate(on, company.territory, vat_rates())
    return Cart(
        lines=lines,
        top_up=top_up,
        price_list=price_list,
        terms=terms,
        parameters=parameters,
        vat=vat,
        vat_lines=vat_by_rate([(services + top_up, vat.percent)]),
        attestations=tuple(attestations_for(offers={line.offer for line in lines})),
        methods=tuple(
            methods_offered(
                net=services + top_up,
                threshold=parameters.transfer_may_be_required_above,
                applies=transfer_applies(
                    company_id, on, default=parameters.transfer_required_by_default
                ),
            )
        ),
    )


def shown_line(line_id: int, offer: str, item_id: int, price_list: PriceList) -> ShownLine:
    """One line at the prices of a list; what cannot be priced says why and counts zero."""
    try:
        description = offer_for(offer).describe(item_id)
        codes = (description.price_code, *description.options)
        price = composed_price(price_list, codes, description.quantity, uses=description.uses)
    except (NotSellableError, NoPriceError) as refusal:
        return _unsellable(line_id, offer, item_id, str(refusal))
    except LookupError:
        gone = "Cette prestation n’existe plus : retirez-la."
        return _unsellable(line_id, offer, item_id, gone)
    return ShownLine(
        id=line_id,
        offer=offer,
        item_id=item_id,
        service=price.label,
        label=description.label,
        quantity=price.quantity,
        unit=price.unit,
        unit_price=price.unit_price,
        net=price.net,
        next_tier=price.next_tier,
        parts=price.parts,
        uses=price.uses,
    )


def _unsellable(line_id: int, offer: str, item_id: int, problem: str) -> ShownLine:
    return ShownLine(
        id=line_id,
        offer=offer,
        item_id=item_id,
        service="",
        label="Prestation à compléter",
        quantity=0,
        unit="piece",
        unit_price=Decimal(0),
        net=Money.zero,
        next_tier=None,
        problem=problem,
    )


def lines_in_cart(company_id: int) -> int:
    """How many lines the basket holds, for the menu."""
    return CartLine.objects.filter(company_id=company_id).count()


def is_in_cart(offer: str, item_id: int) -> bool:
    """Whether an offer's item waits in a basket."""
    return CartLine.objects.filter(offer=offer, item_id=item_id).exists()
