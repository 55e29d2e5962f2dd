"""Campaigns ready to leave, for the tests of sending."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from marketingconnect.accounts.models import Company, User
from marketingconnect.contacts.models import Contact, ContactFile
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import create_campaign, freeze_audience

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
_numbers = count(1)

CONTENT = CampaignContent(
    subject="Des brioches pour {{first_name}}",
    preheader="",
    sender_name="Boulangerie Nadia",
    reply_to="nadia@boulangerie.test",
    html='<p>Bonjour {{first_name}} <a href="{{lien_desinscription}}">se désinscrire</a></p>',
    text="Bonjour {{first_name}}\n{{lien_desinscription}}\n",
    fallbacks={"first_name": "cher client"},
)


def make_user() -> User:
    number = next(_numbers)
    return User.objects.create(
        email=f"user{number}@example.org", first_name="Nadia", last_name="B", joined_at=NOON
    )


def make_company() -> Company:
    number = next(_numbers)
    return Company.objects.create(
        reference=f"C-{number:06d}",
        siret=f"{number:014d}",
        legal_name=f"Boulangerie {number}",
        billing_street="1 rue du Four",
        billing_postal_code="75001",
        billing_city="PARIS",
        territory="metropole",
        created_at=NOON,
    )


def make_contact_file(company: Company, emails: Sequence[str]) -> ContactFile:
    file = ContactFile.objects.create(
        company=company,
        name="Clients",
        state=ContactFileState.IMPORTED,
        original_name="clients.csv",
        path="none",
        size=1,
        sha256="0" * 64,
        uploaded_by=make_user(),
        uploaded_at=NOON,
        imported_at=NOON,
        rows_total=len(emails),
        accepted=len(emails),
        mapping={"0": "email", "1": "first_name"},
    )
    contacts = Contact.objects.bulk_create(
        Contact(file=file, line=line, email=email, fields={"first_name": f"Zoé {line}"})
        for line, email in enumerate(emails, start=1)
    )
    if contacts and hasattr(file, "first_contact_id"):
        ContactFile.objects.filter(pk=file.pk).update(
            first_contact_id=contacts[0].pk, last_contact_id=contacts[-1].pk
        )
    return file


def make_campaign(
    emails: Sequence[str],
    *,
    company: Company | None = None,
    content: CampaignContent = CONTENT,
    scheduled_for: datetime = NOON - timedelta(days=365),
    freeze: bool = True,
) -> Campaign:
    company = company or make_company()
    campaign = create_campaign(
        company_id=company.pk,
        name="Brioches",
        contact_file_id=make_contact_file(company, emails).pk,
        order_reference="BC-2026-000001",
        sold_quantity=len(emails),
        scheduled_for=scheduled_for,
        content=content,
        now=NOON - timedelta(days=366),
    )
    if freeze:
        freeze_audience(campaign.pk, now=NOON - timedelta(days=366))
        campaign.refresh_from_db()
    return campaign
