"""What a company has under some words: a name, or the beginning of a reference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from marketingconnect.claims.queries import claims_of
from marketingconnect.contacts.queries import files_of
from marketingconnect.invoices.queries import invoices_of
from marketingconnect.messages.queries import messages_of
from marketingconnect.offers.email.queries import campaigns_of
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.queries import rentals_of
from marketingconnect.orders.queries import orders_of
from marketingconnect.proposals.queries import proposals_of
from marketingconnect.targeting.saved import targets_of

MOST: Final = 8
_NAME: Final = ("name",)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing, with its page."""

    title: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind."""

    title: str
    icon: str
    found: list[Found]


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    icon: str
    rows: Callable[[int], QuerySet[Any]]
    fields: tuple[str, ...]
    page: Callable[[Any], str]
    named: Callable[[Any], tuple[str, str]]


def find(company_id: int, words: str) -> list[Group]:
    """Every kind that has something under these words, in the order of the menu."""
    asked = words.split()
    return [group for kind in _KINDS if (group := _group(kind, company_id, asked)).found]


def _group(kind: _Kind, company_id: int, asked: list[str]) -> Group:
    """Each word must be somewhere in one of the fields."""
    rows = kind.rows(company_id)
    for word in asked:
        condition = Q()
        for field in kind.fields:
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return Group(kind.title, kind.icon, list(_found(kind, rows[:MOST])) if asked else [])


def _found(kind: _Kind, rows: QuerySet[Any]) -> Iterator[Found]:
    for row in rows:
        title, detail = kind.named(row)
        yield Found(title, detail, kind.page(row))


def _by_key(name: str, field: str = "pk") -> Callable[[Any], str]:
    return lambda row: reverse(f"client_area:{name}", args=[getattr(row, field)])


def _by_name(row: Any) -> tuple[str, str]:
    return row.name, ""


def _deliveries_of(company_id: int) -> QuerySet[Delivery]:
    found = Delivery.objects.filter(rental__company_id=company_id).select_related("rental")
    return found.order_by("-pk")


_KINDS: Final = [
    _Kind("Campagnes", "send", campaigns_of, _NAME, _by_key("campaign"), _by_name),
    _Kind(
        "Fichiers loués",
        "contact",
        rentals_of,
        ("name", "order_reference"),
        _by_key("rental"),
        lambda row: (row.name, row.order_reference),
    ),
    _Kind(
        "Livraisons",
        "package",
        _deliveries_of,
        ("reference", "rental__name"),
        _by_key("rental_delivery", "reference"),
        lambda row: (row.reference, row.rental.name),
    ),
    _Kind("Cibles", "crosshair", targets_of, _NAME, _by_key("target"), _by_name),
    _Kind(
        "Fichiers de contacts",
        "contact",
        files_of,
        ("name", "original_name"),
        _by_key("file"),
        lambda row: (row.name, row.original_name),
    ),
    _Kind(
        "Messages",
        "mail",
        messages_of,
        ("name", "subject"),
        _by_key("message_edit"),
        lambda row: (row.name, row.subject),
    ),
    _Kind(
        "Propositions",
        "file-signature",
        proposals_of,
        ("reference",),
        _by_key("proposal", "reference"),
        lambda row: (row.reference, row.advisor.full_name),
    ),
    _Kind(
        "Commandes",
        "receipt-text",
        orders_of,
        ("reference", "purchase_reference"),
        _by_key("order", "reference"),
        lambda row: (row.reference, row.purchase_reference),
    ),
    _Kind(
        "Factures et avoirs",
        "receipt-text",
        invoices_of,
        ("number", "order__reference"),
        lambda row: reverse("client_area:order", args=[row.order.reference]),
        lambda row: (row.number, row.order.reference),
    ),
    _Kind(
        "Réclamations",
        "message-square-warning",
        claims_of,
        ("reference", "delivery__reference", "letter_number"),
        _by_key("claim", "reference"),
        lambda row: (row.reference, row.delivery.reference),
    ),
]
