"""Order and pay as the demo's people do, on the day when they did."""

import uuid
from datetime import datetime

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod


def ordered(owner: User, offer: str, item_id: int, *, now: datetime) -> Order:
    """Put one item in an empty basket and order it by transfer."""
    company = company_of(owner)
    add_to_cart(company_id=company.pk, user_id=owner.pk, offer=offer, item_id=item_id, now=now)
    cart = cart_of(company.pk, paris_date(now))
    return check_out(
        company_id=company.pk,
        user_id=owner.pk,
        request_uuid=uuid.uuid4(),
        terms_sha256=cart.terms.sha256,
        attestations=[asked.code for asked in cart.attestations],
        payment_method="transfer",
        purchase_reference="",
        shown_total_cents=cart.total.cents,
        ip_address=None,
        now=now,
    )


def paid_by_transfer(order: Order, *, now: datetime) -> None:
    """Accounting receives the transfer and validates it."""
    _, accountant = staff_actor("ines")
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(order.total_cents),
        reference=f"VIR {order.reference}",
        payer=order.company.legal_name,
        received_on=paris_date(now),
        actor=accountant,
        now=now,
    )
    validate_offline(payment.pk, validated_on=paris_date(now), actor=accountant, now=now)


def company_of(owner: User) -> Company:
    """The company that a person owns."""
    return Company.objects.get(memberships__user=owner, memberships__role="owner")


def client_actor(user: User) -> Actor:
    return Actor.user(user.pk, f"{user.full_name} <{user.email}>")


def staff_actor(first_name: str) -> tuple[User, Actor]:
    """Somebody of the operator's, by the first part of its address."""
    user = User.objects.get(email=f"{first_name}@atelier-postal.example.org")
    return user, Actor.staff(user.pk, f"{user.full_name} <{user.email}>")
