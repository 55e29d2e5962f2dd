"""What every page shows around its content: for whom one acts, the basket, one's own access."""

from datetime import UTC, datetime

import pytest

from marketingconnect import clock
from marketingconnect.accounts.roles import MandateScope, StaffRole
from marketingconnect.accounts.services import record_mandate
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.models import CartLine
from tests.cast import Cast, logged_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOME = "/espace/"


def test_an_agent_always_sees_for_whom_it_acts(cast: Cast) -> None:
    record_mandate(
        advertiser_id=cast.bakery.pk,
        agent_siret=cast.garage.siret,
        scope=MandateScope.ORDER,
        starts_on=clock.today(),
        ends_on=None,
        document="",
        recorded_by=cast.alice.pk,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=clock.now(),
    )
    charlie = logged_in(cast.charlie)
    assert "Vous agissez pour" not in charlie.get(HOME).content.decode()

    charlie.post("/espace/compte/changer-de-societe/", {"company": cast.bakery.reference})
    page = charlie.get("/espace/messages/").content.decode()

    assert f"Vous agissez pour <strong>{cast.bakery.legal_name}</strong>" in page
    assert f"mandataire\u00a0: {cast.garage.legal_name}." in page
    assert "Vous agissez pour" not in logged_in(cast.alice).get(HOME).content.decode()


def test_the_top_bar_counts_the_lines_of_the_basket(cast: Cast) -> None:
    alice = logged_in(cast.alice)
    assert '<span class="sr-only"> ligne' not in alice.get(HOME).content.decode()

    for number in (1, 2):
        CartLine.objects.create(
            company=cast.bakery, offer="email", item_id=number, added_by=cast.alice, added_at=NOW
        )

    assert '>2<span class="sr-only"> lignes</span>' in alice.get(HOME).content.decode()


def test_each_person_reaches_the_page_of_its_own_access(cast: Cast) -> None:
    assert "/espace/compte/securite/" in logged_in(cast.alice).get(HOME).content.decode()
    assert "/gestion/securite/" in logged_in(cast.paul).get("/gestion/moderation/").content.decode()


@pytest.mark.parametrize("role", [StaffRole.ADVISOR, StaffRole.DPO])
def test_the_page_of_a_client_links_the_journal_to_who_may_read_it(
    cast: Cast, role: StaffRole
) -> None:
    person = next(each for each in cast.staff if each.staff_role == role)
    page = logged_in(person).get(f"/gestion/clients/{cast.bakery.reference}/").content.decode()

    assert ("Tout le journal" in page) is (role is StaffRole.DPO)
