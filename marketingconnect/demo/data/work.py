"""What the demo's clients have done so far: a campaign that leaves, drafts, orders to look at."""

import csv
import io
from datetime import date, datetime, time, timedelta

from marketingconnect.accounts.models import User
from marketingconnect.clock import PARIS, paris_date
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.rules import Origin
from marketingconnect.contacts.samples import HEADER, messy_contact_rows
from marketingconnect.contacts.services.whole import import_at_once
from marketingconnect.demo.data.people import BAKERY, GARAGE, RUM_SHOP
from marketingconnect.demo.data.sales import (
    client_actor,
    company_of,
    ordered,
    paid_by_transfer,
    proposed_by_marc,
    staff_actor,
)
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
from marketingconnect.terms.queries import parameters_of


def load_work(now: datetime) -> None:
    """A sale that reached its sending day, one to be paid, one to be moderated, one just begun."""
    _bakery_campaign(now)
    proposed_by_marc(_draft_campaign(now), now)
    _garage_order(now)
    _rum_shop_order(now)


def _bakery_campaign(now: datetime) -> None:
    """Ordered twelve days ago, paid by transfer, validated, approved: it leaves at once."""
    owner = User.objects.get(email=BAKERY.email)
    begun = now - timedelta(days=12)
    campaign = _composed(owner, "Les fêtes au fournil", "offre-saison", rows=640, seed=1, now=begun)
    order = ordered(owner, "email", campaign.pk, now=begun)
    paid = begun + timedelta(days=1)
    paid_by_transfer(order, now=paid)
    request = campaign.message.versions.get().moderation_requests.get()  # type: ignore[union-attr]
    moderator, moderating = staff_actor("paul")
    decide_moderation(
        request.pk,
        decision="approved",
        user_id=moderator.pk,
        actor=moderating,
        now=paid + timedelta(hours=2),
    )
    order.refresh_from_db()
    _schedule(campaign, owner, order, on=paris_date(now), now=paid + timedelta(hours=3))
    for line in order.lines.exclude(offer=""):
        advance_line(line.pk, now=now)


def _draft_campaign(now: datetime) -> EmailCampaign:
    """Begun yesterday: a file and a name, no message yet."""
    owner = User.objects.get(email=BAKERY.email)
    company = company_of(owner)
    yesterday = now - timedelta(days=1)
    campaign = start_campaign(
        company_id=company.pk,
        name="Galette des rois",
        user_id=owner.pk,
        actor=client_actor(owner),
        now=yesterday,
    )
    file = ContactFile.objects.filter(company=company).first()
    if file is not None:
        choose_file(campaign.pk, file_id=file.pk, actor=client_actor(owner), now=yesterday)
    return campaign


def _garage_order(now: datetime) -> None:
    """Ordered two days ago: accounting waits for a transfer, moderation has a message to read."""
    owner = User.objects.get(email=GARAGE.email)
    then = now - timedelta(days=2)
    campaign = _composed(
        owner, "Merci de votre visite", "remerciement-avis", rows=320, seed=2, now=then
    )
    ordered(owner, "email", campaign.pk, now=then)


def _rum_shop_order(now: datetime) -> None:
    """Paid and invoiced with the VAT of La Réunion; its date is still to choose."""
    owner = User.objects.get(email=RUM_SHOP.email)
    then = now - timedelta(days=5)
    campaign = _composed(owner, "Portes ouvertes", "portes-ouvertes", rows=250, seed=3, now=then)
    order = ordered(owner, "email", campaign.pk, now=then)
    paid_by_transfer(order, now=then + timedelta(days=2))


def _composed(
    owner: User, name: str, template: str, *, rows: int, seed: int, now: datetime
) -> EmailCampaign:
    """A campaign with its file imported and its message validated."""
    company, actor = company_of(owner), client_actor(owner)
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
        company_id=company_of(owner).pk,
        original_name="clients-fideles.csv",
        chunks=[written.getvalue().encode("utf-8-sig")],
        actor=client_actor(owner),
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
        actor=client_actor(owner),
        now=now,
    )
    validate_proof(
        proof.version_id,
        company_id=message.company_id,
        user_id=owner.pk,
        attestations=list(ATTESTATIONS),
        actor=client_actor(owner),
        now=now + timedelta(minutes=10),
    )


def _schedule(
    campaign: EmailCampaign, owner: User, order: Order, *, on: date, now: datetime
) -> None:
    """Chosen long before, for today at the first hour that the terms allow."""
    choose_send_date(
        campaign.pk,
        send_at=datetime.combine(on, time(7, 0), PARIS),
        payment_validated_on=order.payment_validated_on,
        terms=parameters_of(order.terms),
        actor=client_actor(owner),
        now=now,
    )
