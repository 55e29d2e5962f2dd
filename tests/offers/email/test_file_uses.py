"""Which campaigns a contact file serves."""

from datetime import UTC, date, datetime

import pytest

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.usage import uses_of
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.states import CampaignState
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def file(cast: Cast) -> ContactFile:
    return ContactFile.objects.create(
        company=cast.bakery, name="Fidèles", path="x", size=1, sha256="", uploaded_at=NOON
    )


def campaign(cast: Cast, file: ContactFile, **values: object) -> EmailCampaign:
    known = {"name": "Noël", "created_by": cast.alice, "created_at": NOON, "contact_file": file}
    return EmailCampaign.objects.create(company=cast.bakery, **{**known, **values})


def sending(cast: Cast, file: ContactFile, state: CampaignState) -> Campaign:
    return Campaign.objects.create(
        company=cast.bakery,
        name="Noël",
        contact_file=file,
        state=state,
        sold_quantity=1,
        scheduled_for=NOON,
        created_at=NOON,
        finished_at=NOON,
        subject="Noël",
        sender_name="Nadia",
        html="",
        text="",
        content_sha256="",
    )


def test_a_draft_and_an_abandoned_campaign_hold_nothing_back(cast: Cast, file: ContactFile) -> None:
    campaign(cast, file)
    campaign(cast, file, ordered_quantity=5, abandoned_at=NOON)

    assert uses_of(file.pk) == []


@pytest.mark.parametrize(
    ("state", "ended_on"),
    [
        (None, None),
        (CampaignState.RUNNING, None),
        (CampaignState.SENT_OUT, date(2026, 11, 24)),
        (CampaignState.STOPPED, date(2026, 11, 24)),
    ],
)
def test_an_ordered_campaign_holds_its_file_until_it_is_over(
    cast: Cast, file: ContactFile, state: CampaignState | None, ended_on: date | None
) -> None:
    out = sending(cast, file, state) if state else None
    campaign(cast, file, ordered_quantity=5, sending=out)

    (use,) = uses_of(file.pk)
    assert (use.name, use.ended_on) == ("Noël", ended_on)
