"""An advisor proposes to write to the base: counted, priced, accepted, ordered, arrested."""

from typing import Any

import pytest
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.offer import EmailConnect
from marketingconnect.offers.email.targets import freeze_target, targets_to_freeze
from marketingconnect.offers.registry import register
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.proposals.errors import InvalidFieldsError
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.services import create_proposal, prepare_base_campaign, propose
from marketingconnect.targeting.criteria import All, Channel, Criteria, Population, Use, ValueIn
from marketingconnect.targeting.desk import Question, ask
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saving import keep_target
from tests.cast import logged_in
from tests.offers.list_rental.factories import criteria as by_post
from tests.proposals.selling import Desk
from tests.sale import NOON
from tests.targeting.stage import ON_ONE_WORKER, TODAY, Base
from tests.web.reading import page

pytestmark = [ON_ONE_WORKER, pytest.mark.django_db]
LOZERE = Criteria(
    Population.CONSUMERS, Channel.EMAIL, Use.SENDING, All((ValueIn("departement", ("48",)),))
)


@pytest.fixture
def real(desk: Desk, base: Base, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    register(EmailConnect())
    return desk


def empty(desk: Desk) -> Proposal:
    who: dict[str, Any] = {"user_id": desk.shop.cast.marc.pk, "actor": desk.marc, "now": NOON}
    return create_proposal(company_id=desk.shop.cast.bakery.pk, **who)


def kept(desk: Desk, name: str, criteria: Criteria, *, company: Any = None) -> SavedTarget:
    cast = desk.shop.cast
    return keep_target(
        company_id=(company or cast.bakery).pk,
        name=name,
        criteria=criteria,
        user_id=cast.alice.pk,
        actor=desk.marc,
        now=NOON,
    )


def test_from_the_advisor_s_count_to_the_order_that_arrests_the_rows(real: Desk) -> None:
    proposal, cast = empty(real), real.shop.cast
    target = kept(real, "Lozère", LOZERE)
    people = ask(Question(criteria=LOZERE, company_id=None, on=TODAY)).count
    marc = logged_in(cast.marc)
    where = {"proposal_reference": proposal.reference}
    asked = marc.get(
        reverse("back_office:proposal_base_count", kwargs=where), {"base-target": target.pk}
    )
    assert f"{people} personnes" in page(asked)
    assert "HT" in page(asked)

    typed = {"base-name": "Fêtes en Lozère", "base-target": target.pk}
    address = reverse("back_office:proposal_prepare_base_campaign", kwargs=where)
    shown = page(marc.post(address, typed, follow=True))
    campaign = EmailCampaign.objects.get()
    assert "Campagne e-mail à des adresses louées « Fêtes en Lozère »" in shown
    assert (campaign.counted, campaign.created_by) == (people, cast.alice)
    begun = JournalEntry.objects.filter(action="email_campaign.target_chosen").get()
    assert "Marc" in begun.actor_label

    real.agree(proposal)
    propose(proposal.pk, actor=real.marc, now=NOON)
    read = logged_in(cast.alice).get(reverse("client_area:proposal", args=[proposal.reference]))
    assert "Fêtes en Lozère" in page(read)
    order = real.accepted(proposal)

    line = order.lines.get(offer="email")
    assert (line.quantity, line.item_id) == (people, campaign.pk)
    assert (order.state, order.sale) == (OrderState.ACCEPTED, Sale.OFFLINE)
    assert list(targets_to_freeze()) == [campaign.pk]
    assert freeze_target(campaign.pk, now=NOON)
    campaign.refresh_from_db()
    assert campaign.selection
    assert campaign.selection.count == people


def test_only_the_client_s_targets_for_e_mail_are_offered(real: Desk) -> None:
    proposal, cast = empty(real), real.shop.cast
    theirs = kept(real, "Chez Charlie", LOZERE, company=cast.garage)
    posted = kept(real, "Par courrier", by_post())
    kept(real, "Lozère", LOZERE)
    marc = logged_in(cast.marc)
    where = {"proposal_reference": proposal.reference}
    address = reverse("back_office:proposal_prepare_base_campaign", kwargs=where)
    count = reverse("back_office:proposal_base_count", kwargs=where)

    for wrong in (theirs.pk, posted.pk, "x", ""):
        refused = marc.post(address, {"base-name": "Fêtes", "base-target": wrong})
        assert refused.status_code == 400
        assert "personnes" not in page(marc.get(count, {"base-target": wrong}))
    for stranger in (cast.ines, cast.alice):
        assert logged_in(stranger).get(count).status_code in {403, 404}
        assert logged_in(stranger).post(address, {}).status_code in {403, 404}
    who: dict[str, Any] = {"user_id": cast.marc.pk, "actor": real.marc, "now": NOON}
    wanted: dict[str, Any] = {"name": "Fêtes", "release": "r1", **who}
    for criteria, number in ((by_post(), 40), (LOZERE, 0)):
        with pytest.raises(InvalidFieldsError) as refusal:
            prepare_base_campaign(proposal.pk, criteria=criteria, counted=number, **wanted)
        assert set(refusal.value.problems) == {"target"}
    assert not EmailCampaign.objects.exists()
