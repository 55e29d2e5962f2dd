"""A platform that has worked for a while: the demo's people, then volume made by the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from marketingconnect.accounts.models import Company, User
from marketingconnect.contacts.models import ContactFile
from marketingconnect.demo import data
from marketingconnect.demo.data.people import BAKERY
from marketingconnect.messages.models import Message
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.models import Order
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import freeze_audience

OUTCOMES_OF_THE_BIG_ONE: Final = 500_000
OUTCOMES_OF_EACH: Final = 2_000


@dataclass(frozen=True)
class Scene:
    """Keys of what the pages show."""

    client_id: int
    staff_id: int
    company: str
    order: str
    file_id: int
    message_id: int
    draft_id: int
    sent_id: int
    outcomes: int


def set_the_scene(*, contacts: int, campaigns: int, now: datetime) -> Scene:
    """The demo's data, then a file of `contacts` addresses and `campaigns` campaigns sent out."""
    data.load(now)
    company = Company.objects.get(siret=BAKERY.siret)
    model = Campaign.objects.filter(company=company).latest("pk")
    freeze_audience(model.pk, now=now)
    file = _large_file(company, contacts, now)
    sent = [_campaign_like(model, number, file, now) for number in range(campaigns)]
    sizes = [min(OUTCOMES_OF_THE_BIG_ONE, contacts), *[OUTCOMES_OF_EACH] * (campaigns - 1)]
    for campaign, size in zip(sent, sizes, strict=True):
        _outcomes(campaign, file, size, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Scene(
        client_id=User.objects.get(email=BAKERY.email).pk,
        staff_id=User.objects.get(staff_role="administrator").pk,
        company=company.reference,
        order=Order.objects.filter(company=company).latest("pk").reference,
        file_id=file.pk,
        message_id=Message.objects.filter(company=company).latest("pk").pk,
        draft_id=EmailCampaign.objects.get(company=company, sending=None).pk,
        sent_id=EmailCampaign.objects.get(sending=sent[0]).pk,
        outcomes=sum(sizes),
    )


def _large_file(company: Company, contacts: int, now: datetime) -> ContactFile:
    file = ContactFile.objects.filter(company=company).latest("pk")
    file.pk, file._state.adding = None, True
    file.name, file.uploaded_at, file.imported_at = "Tous les clients", now, now
    file.rows_total = file.rows_read = file.accepted = contacts
    file.duplicates, file.refused = 0, {}
    file.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_contact (file_id, line, email, mobile, fields)"
            " SELECT %s, n, 'personne' || n || '@example.org', '',"
            " jsonb_build_object('first_name', 'Prénom' || n, 'city', 'Lyon')"
            " FROM generate_series(1, %s) AS n",
            [file.pk, contacts],
        )
    return file


def _campaign_like(model: Campaign, number: int, file: ContactFile, now: datetime) -> Campaign:
    """A sent-out campaign and its composition, copied from the demo's."""
    composed = EmailCampaign.objects.get(sending=model)
    campaign = Campaign.objects.get(pk=model.pk)
    campaign.pk, campaign._state.adding = None, True
    campaign.name, campaign.state = f"Campagne {number + 1}", "sent_out"
    campaign.contact_file, campaign.started_at, campaign.finished_at = file, now, now
    campaign.save()
    composed.pk, composed._state.adding = None, True
    composed.name, composed.sending = campaign.name, campaign
    composed.save()
    return campaign


def _outcomes(campaign: Campaign, file: ContactFile, size: int, now: datetime) -> None:
    """One recipient in fifty is undelivered; the counts a minute are summed by the database."""
    Campaign.objects.filter(pk=campaign.pk).update(audience_size=size, sold_quantity=size)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sending_recipient (campaign_id, position, contact_id, email, fields)"
            " SELECT %s, row_number() OVER (ORDER BY id), id, email, fields"
            " FROM contacts_contact WHERE file_id = %s ORDER BY id LIMIT %s",
            [campaign.pk, file.pk, size],
        )
        cursor.execute(
            "INSERT INTO sending_outcome"
            " (campaign_id, position, outcome, cause, smtp_code, reply, at)"
            " SELECT %s, n, CASE WHEN n %% 50 = 0 THEN 'undelivered' ELSE 'accepted' END,"
            " CASE WHEN n %% 50 = 0 THEN 'mailbox_unknown' ELSE '' END,"
            " CASE WHEN n %% 50 = 0 THEN 550 ELSE 250 END, 'ok',"
            " %s - (n / 5000) * interval '1 minute' FROM generate_series(1, %s) AS n",
            [campaign.pk, now, size],
        )
        cursor.execute(
            "INSERT INTO sending_outcomecount (campaign_id, minute, outcome, cause, n)"
            " SELECT campaign_id, date_trunc('minute', at), outcome, cause, count(*)"
            " FROM sending_outcome WHERE campaign_id = %s GROUP BY 1, 2, 3, 4",
            [campaign.pk],
        )
