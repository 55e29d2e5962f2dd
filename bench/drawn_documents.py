"""Sales drawn by lot, each with all its documents: deposits, invoice, balance, credit notes."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Final, Protocol

from marketingconnect.accounts.models import Company
from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.catalogue.rules import Unit, net_price
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import remaining_of
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_deposit,
    issue_file_fee,
    issue_invoice,
    issue_supplement,
)
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.territory import Territory
from marketingconnect.orders.models import Order
from marketingconnect.payments.rules import schedule

NOON: Final = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
METHODS: Final = ("card", "transfer", "cheque", "credit", "credit+card")
WHERE: Final = {
    Territory.METROPOLE: ("69003", "LYON"),
    Territory.ALSACE_MOSELLE: ("67000", "STRASBOURG"),
    Territory.GUADELOUPE: ("97100", "BASSE TERRE"),
    Territory.MARTINIQUE: ("97200", "FORT DE FRANCE"),
    Territory.GUYANE: ("97300", "CAYENNE"),
    Territory.REUNION: ("97400", "ST DENIS"),
    Territory.MAYOTTE: ("97600", "MAMOUDZOU"),
    Territory.SAINT_BARTHELEMY: ("97133", "ST BARTHELEMY"),
    Territory.SAINT_MARTIN: ("97150", "ST MARTIN"),
    Territory.POLYNESIE: ("98714", "PAPEETE"),
    Territory.NOUVELLE_CALEDONIE: ("98800", "NOUMEA"),
    Territory.WALLIS_ET_FUTUNA: ("98600", "WALLIS"),
    Territory.TERRES_AUSTRALES: ("98413", "PORT AUX FRANCAIS"),
}


class Seller(Protocol):
    """Takes an order of one company, at its territory of that time."""

    @property
    def company(self) -> Company: ...

    def order(self, *, quantity: int, options: Sequence[str], uses: int, label: str) -> Order:
        """Another order."""


def documents(shop: Seller, *, seed: int, count: int) -> Iterator[Invoice]:
    """So many documents, read again from the database as the printing job does."""
    draw = random.Random(seed)  # noqa: S311  draws documents, no secrets
    numbers = (issued.pk for sale in range(count) for issued in _sale(shop, draw, sale))
    for pk in islice(numbers, count):
        yield Invoice.objects.select_related("order", "corrects").get(pk=pk)


def _sale(shop: Seller, draw: random.Random, sale: int) -> Iterator[Invoice]:
    _move(shop, draw, sale)
    options = ("list.phone",) if draw.random() < 0.3 else ()
    order = shop.order(
        quantity=draw.randint(1, 400_000),
        options=options,
        uses=draw.randint(1, 3),
        label=draw.choice(("EmailConnect", "Fichier « Été & fêtes » <2026>", "Œufs, cœur, Aÿ")),
    )
    deposits = [_deposit(order, draw, f"deposit:{sale}:{n}") for n in range(draw.randint(0, 2))]
    yield from deposits
    if deposits and draw.random() < 0.4:
        yield _credit(deposits[0], draw, f"credit:{sale}:deposit")
    invoice = issue_invoice(
        order.pk,
        paid=_paid(order, draw),
        payment_method=_method(draw),
        now=NOON,
        schedule=_schedule(order, draw),
    )
    yield invoice
    if sale % 3 == 0:
        yield _penalties(order, draw, f"penalty:{invoice.pk}:{sale}")
    yield _further(order, draw, f"further:{sale}")
    if sale % 4 == 0:
        yield issue_file_fee(order.pk, reason="Votre demande.", cause=f"{sale}:fee", now=NOON)
    for n in range(draw.randint(0, 2)):
        if remaining_of(invoice).net > Money.zero:
            yield _credit(invoice, draw, f"credit:{sale}:{n}")


def _move(shop: Seller, draw: random.Random, sale: int) -> None:
    """Each territory in turn; the operator chooses debits one time out of four."""
    territory = list(WHERE)[sale % len(WHERE)]
    postal_code, city = WHERE[territory]
    Company.objects.filter(pk=shop.company.pk).update(
        territory=territory,
        billing_postal_code=postal_code,
        billing_city=city,
        billing_recipient=draw.choice(("", "Service achats")),
        billing_complement=draw.choice(("", "BATIMENT B")),
        billing_locality=draw.choice(("", "LE BOURG")),
    )
    OperatorIdentity.objects.update(vat_on_debits=draw.random() < 0.25)


def _deposit(order: Order, draw: random.Random, cause: str) -> Invoice:
    net = Money(max(1, order.net_cents * draw.randint(1, 45) // 100))
    paid = draw.choice((Money.zero, net))
    return issue_deposit(
        order.pk, net, paid=paid, payment_method=_method(draw), cause=cause, now=NOON
    )


def _paid(order: Order, draw: random.Random) -> Money:
    return draw.choice((Money.zero, Money(order.total_cents), Money(order.total_cents // 3)))


def _schedule(order: Order, draw: random.Random) -> list[tuple[date, Money]]:
    """Monthly instalments half of the time, the first ones perhaps before the invoice."""
    count = draw.choice((0, 0, 2, 3))
    first = NOON.date() - timedelta(days=draw.randint(-40, 40))
    if not count:
        return []
    return list(schedule(total=Money(order.total_cents), count=count, first_on=first))


def _penalties(order: Order, draw: random.Random, cause: str) -> Invoice:
    """Outside the scope of VAT; credited half of the time."""
    line = _line(draw)
    outside = "Pénalités de retard hors du champ de la TVA"
    issued = issue_supplement(
        order.pk, [line], reason="Retard.", cause=cause, now=NOON, outside_vat=outside
    )
    return _credit(issued, draw, f"credit:{cause}") if draw.random() < 0.5 else issued


def _method(draw: random.Random) -> str:
    return draw.choice(METHODS)


def _further(order: Order, draw: random.Random, cause: str) -> Invoice:
    """A balance of several lines, one of which takes a discount off."""
    lines = [_line(draw) for _ in range(draw.randint(1, 4))]
    most = Money.total(line.net for line in lines).cents
    discount = Money(draw.randint(0, most))
    if discount > Money.zero:
        lines.append(
            DocumentLine(
                label="Remise convenue",
                quantity=1,
                unit=Unit.FLAT,
                unit_price=-discount.to_decimal(),
                net=-discount,
            )
        )
    day = draw.choice((None, NOON.date(), NOON.date() - timedelta(days=40)))
    return issue_supplement(
        order.pk, lines, reason="Avenant n° 1.", cause=cause, now=NOON, supplied_on=day
    )


def _line(draw: random.Random) -> DocumentLine:
    unit, quantity = draw.choice(list(Unit)), draw.randint(1, 90_000)
    price = Decimal(draw.randint(1, 3_000_000)).scaleb(-4)
    return DocumentLine(
        label="Adresses supplémentaires",
        detail=draw.choice(("", "Adresse postale 180,00 € + téléphone 90,50 €")),
        quantity=quantity,
        unit=unit,
        unit_price=price,
        net=net_price(quantity=quantity, unit=unit, unit_price=price),
    )


def _credit(invoice: Invoice, draw: random.Random, cause: str) -> Invoice:
    """What is credited need not be quantity times price: it may be capped, or agreed."""
    rest = remaining_of(invoice).net.cents
    line = _line(draw)
    net = Money(draw.choice((rest, draw.randint(1, rest))))
    credited = DocumentLine(
        label=line.label,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net=net,
    )
    return issue_credit_note(invoice, [credited], reason="Avoir.", cause=cause, now=NOON)
