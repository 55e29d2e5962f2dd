"""Staff watch campaigns leave, pause and stop them with a reason, and decide on doubts."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.models import Campaign, DoubtDecision
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from tests.cast import Cast, logged_in
from tests.sending.factories import make_campaign

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
REASON = {"reason": "client", "comment": "appel de Nadia"}


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    campaign = make_campaign(
        ["zoe@example.org", "max@example.org", "lou@example.org"], company=cast.bakery
    )
    record_outcomes(
        campaign.pk,
        [
            Result(1, "uncertain", "", None, "coupure", NOON),
            Result(2, "accepted", "", 250, "ok", NOON),
        ],
        fresh=True,
    )
    Campaign.objects.update(state="running", started_at=NOON)
    return campaign


@pytest.fixture
def paul(cast: Cast) -> Client:
    return logged_in(cast.paul)


def address(campaign: Campaign, *rest: object) -> str:
    return "/gestion/envois/" + "/".join(str(part) for part in (campaign.pk, *rest))


def state(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.state


def test_moderators_and_advisors_watch_and_mask_addresses(cast: Cast, campaign: Campaign) -> None:
    for person in (cast.paul, cast.marc, cast.admin):
        browser = logged_in(person)
        assert "Brioches" in browser.get("/gestion/envois/").content.decode()
        shown = browser.get(address(campaign) + "/").content.decode()
        assert "z…@example.org" in shown
        assert "zoe@example.org" not in shown
    assert logged_in(cast.ines).get("/gestion/envois/").status_code == 403
    assert logged_in(cast.alice).get("/gestion/envois/").status_code == 403


def test_pause_resume_and_stop_ask_a_reason_that_is_kept(campaign: Campaign, paul: Client) -> None:
    assert paul.post(address(campaign, "pause"), {}).status_code == 400
    assert state(campaign) == "running"

    paul.post(address(campaign, "pause"), REASON)
    assert state(campaign) == "paused"
    assert campaign.stop_reason == "Demande du client : appel de Nadia"
    paul.post(address(campaign, "reprendre"), {"reason": "resolved"})
    assert (state(campaign), campaign.stop_reason) == ("running", "")
    paul.post(address(campaign, "arreter"), REASON)
    assert state(campaign) == "stopped"

    actions = JournalEntry.objects.filter(subject=f"campaign:{campaign.pk}")
    assert {"campaign.paused", "campaign.resumed", "campaign.stopped"} <= set(
        actions.values_list("action", flat=True)
    )


def test_what_is_no_longer_possible_answers_409(campaign: Campaign, paul: Client) -> None:
    Campaign.objects.update(state="sent_out")
    assert paul.post(address(campaign, "pause"), REASON).status_code == 409
    assert paul.post(address(campaign, "autre"), REASON).status_code == 404


def test_an_advisor_looks_and_does_not_act(cast: Cast, campaign: Campaign) -> None:
    marc = logged_in(cast.marc)
    assert "Mettre en pause" not in marc.get(address(campaign) + "/").content.decode()
    assert marc.post(address(campaign, "pause"), REASON).status_code == 403
    assert marc.post(address(campaign, "doutes", 1), {}).status_code == 403


def test_a_doubt_is_decided_once_with_a_reason(campaign: Campaign, paul: Client) -> None:
    doubt = address(campaign, "doutes", 1)
    assert paul.post(doubt, {"decision": "considered_sent"}).status_code == 400
    assert paul.post(doubt, {"decision": "considered_sent", "reason": "vu"}).status_code == 302
    assert paul.post(doubt, {"decision": "not_resent", "reason": "non"}).status_code == 409
    assert DoubtDecision.objects.get().decision == "considered_sent"
    assert "Considéré comme envoyé" in paul.get(address(campaign) + "/").content.decode()


def test_only_a_doubtful_recipient_can_be_decided(campaign: Campaign, paul: Client) -> None:
    sent = address(campaign, "doutes", 2)
    assert paul.post(sent, {"decision": "not_resent", "reason": "x"}).status_code == 409
    assert paul.get("/gestion/envois/999999/").status_code == 404
