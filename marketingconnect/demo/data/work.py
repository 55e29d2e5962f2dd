"""What the demo's clients have done so far: a campaign that leaves, drafts, orders to look at."""

import csv
import io
import uuid
from datetime import date, datetime, time, timedelta

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart, check_out
from marketingconnect.clock import PARIS, paris_date
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.rules import Origin
from marketingconnect.contacts.samples import HEADER, messy_contact_rows
from marketingconnect.contacts.services.whole import import_at_once
from marketingconnect.demo.data.people import BAKERY, GARAGE, RUM_SHOP
from marketingconnect.kernel.money import Money
from marketingconnect.messages.models import Message
from marketingconnect.messages.rules.validation import ATTESTATIONS
from marketingconnect.messages.services import (
    create_message,
    decide_moderation,
    send_proof,
    validate_proof,
)
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.services import (
    choose_file,
    choose_message,
    choose_send_date,
    start_campaign,
)
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line
from marketingconnect.payments.services import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod
from marketingconnect.terms.queries import parameters_of

ACCOUNTING = "ines@atelier-postal.example.org"
MODERATOR = "paul@atelier-postal.example.org"


def load_work(now: datetime) -> None:
    """A sale that reached its sending day, one to be paid, one to be moderated, one just begun."""
    _bakery_campaign(now)
    _draft_campaign(now)
    _garage_order(now)
    _rum_shop_order(now)


def _bakery_campaign(now: datetime) -> None:
    """Ordered twelve days ago, paid by transfer, validated, approved: it leaves at once."""
    owner = User.objects.get(email=BAKERY.email)
    ordered = now - timedelta(days=12)
    campaign = _composed(
        owner, "Les fêtes au fournil", "offre-saison", rows=640, seed=1, now=ordered
    )
    order = _ordered(owner, campaign, now=ordered)
    paid = ordered + timedelta(days=1)
    _paid_by_transfer(order, now=paid)
    request = campaign.message.versions.get().moderation_requests.get()  # type: ignore[union-attr]
    moderator = User.objects.get(email=MODERATOR)
    decide_moderation(
        request.pk,
        decision="approved",
        user_id=moderator.pk,
        actor=_staff(moderator),
        now=paid + timedelta(hours=2),
    )
    order.refresh_from_db()
    _schedule(campaign, owner, order, on=paris_date(now), now=paid + timedelta(hours=3))
    for line in order.lines.exclude(offer=""):
        advance_line(line.pk, now=now)


def _draft_campaign(now: datetime) -> None:
    """Begun yesterday: a file and a name, no message yet."""
    owner = User.objects.get(email=BAKERY.email)
    company = _company_of(owner)
    yesterday = now - timedelta(days=1)
    campaign = start_campaign(
        company_id=company.pk,
        name="Galette des rois",
        user_id=owner.pk,
        actor=_client(owner),
        now=yesterday,
    )
    file = ContactFile.objects.filter(company=company).first()
    if file is not None:
        choose_file(campaign.pk, file_id=file.pk, actor=_client(owner), now=yesterday)


def _garage_order(now: datetime) -> None:
    """Ordered two days ago: accounting waits for a transfer, moderation has a message to read."""
    owner = User.objects.get(email=GARAGE.email)
    then = now - timedelta(days=2)
    campaign = _composed(
        owner, "Merci de votre visite", "remerciement-avis", rows=320, seed=2, now=then
    )
    _ordered(owner, campaign, now=then)


def _rum_shop_order(now: datetime) -> None:
    """Paid and invoiced with the VAT of La Réunion; its date is still to choose."""
    owner = User.objects.get(email=RUM_SHOP.email)
    then = now - timedelta(days=5)
    campaign = _composed(owner, "Portes ouvertes", "portes-ouvertes", rows=250, seed=3, now=then)
    order = _ordered(owner, campaign, now=then)
    _paid_by_transfer(order, now=then + timedelta(days=2))


def _composed(
    owner: User, name: str, template: str, *, rows: int, seed: int, now: datetime
) -> EmailCampaign:
    """A campaign with its file imported and its message validated."""
    company, actor = _company_of(owner), _client(owner)
    file = _file(owner, rows=rows, seed=seed, now=now)
    message = create_message(
        company_id=company.pk,
        user_id=owner.pk,
        name=name,
        template=template,
        actor=actor,
        now=now,
    )
    _prove_and_validate(message, owner, now=now)
    campaign = start_campaign(
        company_id=company.pk, name=name, user_id=owner.pk, actor=actor, now=now
    )
    choose_file(campaign.pk, file_id=file.pk, actor=actor, now=now)
    choose_message(campaign.pk, message_id=message.pk, actor=actor, now=now)
    campaign.refresh_from_db()
    return campaign


def _file(owner: User, *, rows: int, seed: int, now: datetime) -> ContactFile:
    written = io.StringIO()
    lines, _ = messy_contact_rows(rows=rows, seed=seed)
    csv.writer(written, delimiter=";").writerows([HEADER, *lines, *_addresses_that_fail()])
    return import_at_once(
        company_id=_company_of(owner).pk,
        original_name="clients-fideles.csv",
        chunks=[written.getvalue().encode("utf-8-sig")],
        actor=_client(owner),
        now=lambda: now,
        origin=Origin(
            legal_basis="consent",
            proof="Case cochée sur la carte de fidélité, au comptoir, depuis 2024.",
            collected_from=(now - timedelta(days=700)).date(),
            collected_to=(now - timedelta(days=30)).date(),
            attested=True,
        ),
    )


def _addresses_that_fail() -> list[list[str]]:
    """The mail catcher refuses these, so that the figures have something to explain."""
    unknown = [f"bounce-user-unknown-{number}@example.org" for number in range(1, 8)]
    full = [f"mailbox-full-{number}@example.org" for number in range(1, 3)]
    return [
        [address, "Mme", "Adèle", "Morin", "", "69003", "Lyon"] for address in [*unknown, *full]
    ]


def _prove_and_validate(message: Message, owner: User, *, now: datetime) -> None:
    proof = send_proof(
        message.pk,
        company_id=message.company_id,
        user_id=owner.pk,
        actor=_client(owner),
        now=now,
    )
    validate_proof(
        proof.version_id,
        company_id=message.company_id,
        user_id=owner.pk,
        attestations=list(ATTESTATIONS),
        actor=_client(owner),
        now=now + timedelta(minutes=10),
    )


def _ordered(owner: User, campaign: EmailCampaign, *, now: datetime) -> Order:
    company = _company_of(owner)
    add_to_cart(
        company_id=company.pk, user_id=owner.pk, offer="email", item_id=campaign.pk, now=now
    )
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


def _paid_by_transfer(order: Order, *, now: datetime) -> None:
    accountant = User.objects.get(email=ACCOUNTING)
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(order.total_cents),
        reference=f"VIR {order.reference}",
        payer=order.company.legal_name,
        received_on=paris_date(now),
        actor=_staff(accountant),
        now=now,
    )
    validate_offline(payment.pk, validated_on=paris_date(now), actor=_staff(accountant), now=now)


def _schedule(
    campaign: EmailCampaign, owner: User, order: Order, *, on: date, now: datetime
) -> None:
    """Chosen long before, for today at the first hour that the terms allow."""
    choose_send_date(
        campaign.pk,
        send_at=datetime.combine(on, time(7, 0), PARIS),
        payment_validated_on=order.payment_validated_on,
        terms=parameters_of(order.terms),
        actor=_client(owner),
        now=now,
    )


def _company_of(owner: User) -> Company:
    return Company.objects.get(memberships__user=owner, memberships__role="owner")


def _client(user: User) -> Actor:
    return Actor.user(user.pk, f"{user.full_name} <{user.email}>")


def _staff(user: User) -> Actor:
    return Actor.staff(user.pk, f"{user.full_name} <{user.email}>")
