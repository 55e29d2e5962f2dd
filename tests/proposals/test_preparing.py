"""What an advisor prepares is the client's own draft, with the real offers."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.kernel.money import Money
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.offer import EmailConnect
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.offer import ListConnect
from marketingconnect.offers.registry import register
from marketingconnect.proposals.errors import InvalidFieldsError
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.queries import candidates_for, quote_of
from marketingconnect.proposals.services import (
    create_proposal,
    prepare_campaign,
    prepare_rental,
    propose,
)
from marketingconnect.targeting.saving import keep_target
from marketingconnect.web.back_office.proposals import preparing
from tests.cast import logged_in
from tests.offers.list_rental.factories import criteria
from tests.proposals.selling import TODAY, Desk
from tests.sale import NOON
from tests.sending.factories import make_contact_file
from tests.web.reading import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(desk: Desk) -> Desk:
    register(EmailConnect())
    register(ListConnect())
    return desk


def told(desk: Desk) -> dict[str, Any]:
    return {"user_id": desk.shop.cast.marc.pk, "actor": desk.marc, "now": NOON}


def empty(desk: Desk) -> Proposal:
    return create_proposal(company_id=desk.shop.cast.bakery.pk, **told(desk))


def test_what_is_prepared_is_the_client_s_and_names_the_advisor(real: Desk) -> None:
    proposal, alice = empty(real), real.shop.cast.alice
    file = make_contact_file(proposal.company, [f"zoe{n}@example.org" for n in range(40)])

    prepare_campaign(proposal.pk, name="Galette", file_id=file.pk, **told(real))
    prepare_rental(
        proposal.pk,
        name="Voisins",
        criteria=criteria(),
        counted=5_000,
        release="r1",
        uses=["direct_mail"],
        times=2,
        **told(real),
    )

    campaign, rental = EmailCampaign.objects.get(), ListRental.objects.get()
    assert campaign.created_by == rental.created_by == alice
    for action in ("email_campaign.started", "rental.started"):
        assert JournalEntry.objects.get(action=action).actor_label == "Marc"
    quote = quote_of(proposal, TODAY)
    assert [line.quantity for line in quote.lines] == [40, 5_000]
    assert not quote.problems
    assert candidates_for(proposal) == []

    propose(proposal.pk, actor=real.marc, now=NOON)
    order = real.accepted(proposal)
    rental.refresh_from_db()
    assert rental.order_reference == order.reference
    assert Money(order.net_cents) == quote.net
    assert order.lines.filter(offer="list_rental").get().uses == 2
    assert len(order.acceptance.attestations) == 7


def test_what_does_not_stand_says_so_at_its_field(real: Desk) -> None:
    proposal = empty(real)
    other = make_contact_file(real.shop.cast.garage, ["zoe@example.org"])
    wanted: dict[str, Any] = {
        "name": "Voisins",
        "criteria": criteria(),
        "counted": 5_000,
        "release": "r1",
        "uses": ["direct_mail"],
        "times": 1,
    }

    with pytest.raises(InvalidFieldsError) as file:
        prepare_campaign(proposal.pk, name="Galette", file_id=other.pk, **told(real))
    with pytest.raises(InvalidFieldsError) as target:
        prepare_rental(proposal.pk, **{**wanted, "counted": 0}, **told(real))
    with pytest.raises(InvalidFieldsError) as uses:
        prepare_rental(proposal.pk, **{**wanted, "uses": ["fax"]}, **told(real))

    assert [set(one.value.problems) for one in (file, target, uses)] == [
        {"file"},
        {"target"},
        {"uses"},
    ]
    assert not proposal.lines.exists()
    assert not ListRental.objects.exists()


def test_marc_prepares_on_the_page_from_the_client_s_files_and_targets(
    real: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    proposal, cast = empty(real), real.shop.cast
    file = make_contact_file(proposal.company, ["zoe@example.org"])
    target = keep_target(
        company_id=cast.bakery.pk,
        name="Voisins",
        criteria=criteria(),
        user_id=cast.alice.pk,
        actor=real.marc,
        now=NOON,
    )
    marc: Client = logged_in(cast.marc)
    where = {"proposal_reference": proposal.reference}
    for_campaign = reverse("back_office:proposal_prepare_campaign", kwargs=where)
    for_rental = reverse("back_office:proposal_prepare_rental", kwargs=where)
    typed = {"rental-name": "Voisins", "rental-target": target.pk, "rental-uses": "direct_mail"}

    campaign = {"campaign-name": "Galette", "campaign-file": file.pk}
    assert "Galette" in page(marc.post(for_campaign, campaign, follow=True))
    assert marc.post(for_campaign, {"campaign-name": ""}).status_code == 400
    uncounted = marc.post(for_rental, {**typed, "rental-times": 1})
    assert uncounted.status_code == 400
    monkeypatch.setattr(preparing, "count_for", lambda *_, **__: Counted())
    counted = page(marc.post(for_rental, {**typed, "rental-times": 1}, follow=True))

    assert "4 200 adresses" in counted
    assert "Déposez un exemplaire" in counted


@dataclass
class Counted:
    """What a release of the base would tell."""

    count: int = 4_200
    release: str = "r1"
    refusal: str = ""
