"""A campaign made from another: its choices, not its order; or those who did not open it."""

import uuid

import pytest

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.queries import usable_contacts
from marketingconnect.offers.email import services
from marketingconnect.offers.email.duplicating import (
    duplicate_campaign,
    resend_to_who_did_not_open,
)
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.rules import resend_refusal
from marketingconnect.sending.bounces import Kind, Reading
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.services.returns import record_return
from marketingconnect.sending.states import Outcome, ReturnSource
from marketingconnect.statistics.states import Verdict, VisitKind
from marketingconnect.statistics.visits.models import Visit
from tests.cast import Cast
from tests.offers.email.test_services import ALICE, NOON, composed, facts

pytestmark = pytest.mark.django_db


def by(cast: Cast) -> dict[str, object]:
    return {
        "company_id": cast.bakery.pk,
        "user_id": cast.alice.pk,
        "actor": ALICE,
        "now": NOON,
    }


def sent(cast: Cast, opens: Opens) -> EmailCampaign:
    """To a and b of example.org, both reached."""
    campaign = composed(cast)
    services.choose_measures(campaign.pk, tracks_clicks=True, opens=opens, actor=ALICE, now=NOON)
    sending = services.launch_campaign(campaign.pk, facts=facts(), now=NOON)
    freeze_audience(sending.pk, now=NOON)
    reached = [Result(n, Outcome.RELAYED, "", 250, "ok", NOON) for n in (1, 2)]
    record_outcomes(sending.pk, reached, fresh=True)
    Campaign.objects.update(state="sent_out", started_at=NOON, finished_at=NOON)
    campaign.refresh_from_db()
    return campaign


def opened(campaign: EmailCampaign, position: int, verdict: Verdict) -> None:
    Visit.objects.create(
        id=uuid.uuid4(),
        campaign_id=campaign.sending_id or 0,
        position=position,
        link=0,
        kind=VisitKind.OPEN,
        at=NOON,
        verdict=verdict,
    )


def test_a_copy_takes_the_choices_and_leaves_the_order(cast: Cast) -> None:
    first = sent(cast, Opens.NONE)

    copy = duplicate_campaign(first.pk, **by(cast))  # type: ignore[arg-type]

    assert copy.name == "Noël (copie)"
    assert (copy.contact_file, copy.message) == (first.contact_file, first.message)
    assert (copy.opens, copy.send_at, copy.sending, copy.ordered_quantity) == (
        Opens.NONE,
        None,
        None,
        None,
    )
    with pytest.raises(EmailCampaign.DoesNotExist):
        duplicate_campaign(first.pk, **{**by(cast), "company_id": cast.garage.pk})  # type: ignore[arg-type]


def test_only_those_whom_no_person_opened_for_are_written_to_again(cast: Cast) -> None:
    first = sent(cast, Opens.INDIVIDUAL)
    opened(first, 1, Verdict.PERSON)
    opened(first, 2, Verdict.MACHINE)

    again = resend_to_who_did_not_open(first.pk, **by(cast))  # type: ignore[arg-type]

    part = again.contact_file
    assert part is not None
    assert [email for _, email, _ in usable_contacts(part.pk)] == ["b@example.org"]
    whole = ContactFile.objects.get(name="Clients")
    kept = ("legal_basis", "proof", "collected_from", "attested_at")
    assert [getattr(part, name) for name in kept] == [getattr(whole, name) for name in kept]
    assert (part.accepted, again.send_at) == (1, None)
    opened(first, 2, Verdict.PERSON)
    with pytest.raises(EmailCampaignError, match="l’ont ouverte"):
        resend_to_who_did_not_open(first.pk, **by(cast))  # type: ignore[arg-type]


def test_whose_server_sent_the_message_back_is_not_written_to_again(cast: Cast) -> None:
    first = sent(cast, Opens.INDIVIDUAL)
    assert first.sending is not None
    refused = Reading(Kind.BOUNCE, hard=True, cause="mailbox_unknown")
    source = ReturnSource.WEBHOOK
    record_return(first.sending.pk, 1, refused, source=source, key="1", at=NOON, now=NOON)

    again = resend_to_who_did_not_open(first.pk, **by(cast))  # type: ignore[arg-type]

    assert again.contact_file is not None
    assert [email for _, email, _ in usable_contacts(again.contact_file.pk)] == ["b@example.org"]


def test_nobody_is_written_to_again_whose_openings_were_not_counted_one_by_one(cast: Cast) -> None:
    first = sent(cast, Opens.AGGREGATE)

    with pytest.raises(EmailCampaignError, match="par personne"):
        resend_to_who_did_not_open(first.pk, **by(cast))  # type: ignore[arg-type]
    may = {"is_sent": True, "has_file": True, "opens_by_person": True}
    assert resend_refusal(**may) == ""
    for name, words in (("is_sent", "Attendez"), ("has_file", "servent une fois")):
        assert words in resend_refusal(**{**may, name: False})
