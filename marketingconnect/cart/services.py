"""Compose the basket and turn it into an order."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction

from marketingconnect.accounts.models import Company, User
from marketingconnect.accounts.queries import companies_open_to
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.errors import (
    CartError,
    EmptyCartError,
    MethodNotOfferedError,
    NotAllowedToOrderError,
    PricesChangedError,
    TermsChangedError,
    TermsNotAcceptedError,
    UnsellableLineError,
)
from marketingconnect.cart.models import CartLine
from marketingconnect.cart.queries import Cart, cart_of
from marketingconnect.cart.rules import may_check_out
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.offers.registry import offer_for
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import order_line_of
from marketingconnect.orders.services import place_order
from marketingconnect.payments.notices import tell_how_to_pay
from marketingconnect.payments.services import spend_credit_on_order
from marketingconnect.payments.states import PaymentMethod
from marketingconnect.terms.services import accept_terms


@transaction.atomic
def add_to_cart(
    *, company_id: int, user_id: int, offer: str, item_id: int, now: datetime
) -> CartLine:
    """Put an offer's item in its company's basket; once there, it stays the same line.

    Raises NotSellableError (French) when it cannot be priced yet, CartError when it is already
    ordered, LookupError when the item is unknown or belongs to another company.
    """
    description = offer_for(offer).describe(item_id)
    if description.company_id != company_id:
        raise LookupError(f"{offer}:{item_id}")
    if line := order_line_of(offer, item_id):
        raise CartError(f"Cette campagne est déjà commandée : {line.order.reference}.")
    line_of_cart, _ = CartLine.objects.get_or_create(
        offer=offer,
        item_id=item_id,
        defaults={"company_id": company_id, "added_by_id": user_id, "added_at": now},
    )
    return line_of_cart


@transaction.atomic
def remove_from_cart(*, company_id: int, line_id: int) -> bool:
    """Take a line out; False when it was not there (any more)."""
    removed, _ = CartLine.objects.filter(company_id=company_id, pk=line_id).delete()
    return bool(removed)


@transaction.atomic
def check_out(
    *,
    company_id: int,
    user_id: int,
    request_uuid: uuid.UUID,
    terms_sha256: str,
    attestations: Collection[str],
    payment_method: str,
    purchase_reference: str,
    shown_total_cents: int,
    ip_address: str | None,
    now: datetime,
    spend_credit: bool = False,
) -> Order:
    """CGV III.a, CL.6: order the basket as it was shown; one `request_uuid` gives one order.

    With `spend_credit`, the client's credit notes pay it first: paid whole, it is validated at
    once. `terms_sha256` is the hash of the terms shown, `attestations` the codes ticked. Raises a
    CartError with a sentence for the client: nothing is written then. PricesChangedError and
    TermsChangedError ask to look again.
    """
    company = Company.objects.select_for_update().get(pk=company_id)
    user = User.objects.get(pk=user_id)
    _must_be_allowed(company, user, paris_date(now))
    if existing := Order.objects.filter(company=company, request_uuid=request_uuid).first():
        return existing
    cart = cart_of(company_id, paris_date(now))
    _must_fit(cart, terms_sha256, attestations, payment_method, Money(shown_total_cents))
    try:
        order = _order(
            cart, company, user, request_uuid, payment_method, purchase_reference, ip_address, now
        )
    except IntegrityError as error:
        raise CartError("Une de ces prestations vient d’être commandée.") from error
    if spend_credit:
        spend_credit_on_order(order.pk, actor=_client(user), now=now)
        order.refresh_from_db()
    if payment_method != PaymentMethod.CARD and order.payment_validated_on is None:
        tell_how_to_pay(order, at=now)
    return order


def _client(user: User) -> Actor:
    return Actor.user(user.pk, f"{user.full_name} <{user.email}>")


def _must_be_allowed(company: Company, user: User, today: date) -> None:
    open_to_user = companies_open_to(user.pk, today=today)
    role = next((choice.role for choice in open_to_user if choice.pk == company.pk), None)
    if not may_check_out(is_staff=user.is_staff, role=role):
        raise NotAllowedToOrderError(
            "Seul un propriétaire ou un éditeur de l’entreprise peut commander."
        )


def _must_fit(
    cart: Cart,
    terms_sha256: str,
    attestations: Collection[str],
    payment_method: str,
    shown: Money,
) -> None:
    if not cart.lines:
        raise EmptyCartError("Votre panier est vide : il a peut-être déjà été commandé.")
    if cart.problems:
        raise UnsellableLineError(cart.problems[0])
    if cart.terms.sha256 != terms_sha256:
        raise TermsChangedError(
            "Une nouvelle version des conditions générales est en vigueur : relisez-la avant de "
            "commander."
        )
    if shown != cart.total:
        raise PricesChangedError(shown=shown, now=cart.total)
    if {asked.code for asked in cart.attestations} - set(attestations):
        raise TermsNotAcceptedError("Chaque déclaration doit être cochée pour commander.")
    if payment_method not in cart.methods:
        raise MethodNotOfferedError(
            "Ce moyen de paiement n’est pas proposé pour ce montant : choisissez le virement."
        )


def _order(
    cart: Cart,
    company: Company,
    user: User,
    request_uuid: uuid.UUID,
    payment_method: str,
    purchase_reference: str,
    ip_address: str | None,
    now: datetime,
) -> Order:
    acceptance = accept_terms(
        version=cart.terms,
        sha256=cart.terms.sha256,
        company=company,
        user=user,
        means="online_checkout",
        at=now,
        on=paris_date(now),
        ip_address=ip_address,
        attestations=[asked.sentence for asked in cart.attestations],
    )
    order = place_order(
        request_uuid=request_uuid,
        acceptance=acceptance,
        price_list=cart.price_list,
        territory=company.territory,
        lines=cart.draft_lines(),
        payment_method=payment_method,
        purchase_reference=purchase_reference.strip(),
        actor=_client(user),
        now=now,
    )
    CartLine.objects.filter(pk__in=[line.id for line in cart.lines]).delete()
    return order
