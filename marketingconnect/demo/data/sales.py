"""Order and pay as the demo's people do, on the day when they did."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.models import Order
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.services import (
    Conditions,
    add_line,
    create_proposal,
    propose,
    set_conditions,
)

OFFERED: Final = """Bonjour Nadia,

Comme convenu au téléphone, voici la campagne de la galette, réglée en trois fois par prélèvement.
Il vous restera à choisir le message et la date : je suis là si vous voulez les préparer ensemble.
"""


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


def proposed_by_marc(campaign: EmailCampaign, now: datetime) -> Proposal:
    """Prepared on the telephone some hours ago, to be debited in three times; Nadia has to answer.

    The campaign is one of hers, begun yesterday.
    """
    advisor, actor = staff_actor("marc")
    then = now - timedelta(hours=5)
    proposal = create_proposal(
        company_id=campaign.company_id, user_id=advisor.pk, actor=actor, now=then
    )
    add_line(
        proposal.pk,
        offer="email",
        item_id=campaign.pk,
        user_id=advisor.pk,
        actor=actor,
        now=then,
    )
    agreed = Conditions(
        payment_method=PaymentMethod.DEBIT,
        instalments=3,
        first_due_on=paris_date(then) + timedelta(days=20),
        validity_days=30,
        message=OFFERED,
    )
    set_conditions(proposal.pk, agreed, actor=actor, now=then)
    return propose(proposal.pk, actor=actor, now=then)


def company_of(owner: User) -> Company:
    """The company that a person owns."""
    return Company.objects.get(memberships__user=owner, memberships__role="owner")


def client_actor(user: User) -> Actor:
    return Actor.user(user.pk, f"{user.full_name} <{user.email}>")


def staff_actor(first_name: str) -> tuple[User, Actor]:
    """Somebody of the operator's, by the first part of its address."""
    user = User.objects.get(email=f"{first_name}@atelier-postal.example.org")
    return user, Actor.staff(user.pk, f"{user.full_name} <{user.email}>")
