from datetime import timedelta
from typing import Any

import pytest

from marketingconnect import storage
from marketingconnect.audit.models import JournalEntry
from marketingconnect.cart.attestations import attestations_for
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart
from marketingconnect.messages.states import ModerationState
from marketingconnect.notices.models import Notice
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.list_rental.errors import (
    AlreadyOrderedError,
    InvalidFieldsError,
    RentalError,
    StaleRentalError,
)
from marketingconnect.offers.list_rental.models import MessageSample
from marketingconnect.offers.list_rental.offer import ListConnect
from marketingconnect.offers.list_rental.queries import (
    rental_of,
    rentals_of,
    sample_of,
    subcontractors_of,
    waiting_samples,
)
from marketingconnect.offers.list_rental.services import (
    abandon_rental,
    choose_columns,
    choose_target,
    choose_uses,
    declare_subcontractor,
    judge_sample,
    rename_rental,
    submit_sample,
    withdraw_subcontractor,
)
from marketingconnect.orders.queries import missing_of
from tests.cast import Cast
from tests.offers.list_rental.delivery_files.made import NOW, TODAY
from tests.offers.list_rental.factories import (
    CLIENT,
    RELEASE,
    Renter,
    advance,
    criteria,
    pay,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


def test_a_rental_is_composed_then_priced_with_its_options_and_uses(renter: Renter) -> None:
    rental = renter.compose(uses=("direct_mail", "telephone"), times=2)
    choose_columns(rental.pk, columns=["age_band", "housing"], actor=CLIENT, now=NOW)

    described = ListConnect().describe(rental.pk)

    assert described.price_code == "list.consumer_address"
    assert described.options == ("list.phone", "list.enrichment")
    assert (described.quantity, described.uses) == (5_000, 2)
    assert "publipostage et prospection par téléphone, 2 utilisations" in described.label


def test_nothing_is_sold_before_a_target_and_a_use(renter: Renter) -> None:
    rental = renter.compose()
    type(rental).objects.filter(pk=rental.pk).update(uses=[])
    with pytest.raises(NotSellableError, match="quoi servira"):
        ListConnect().describe(rental.pk)

    type(rental).objects.filter(pk=rental.pk).update(counted=None)
    with pytest.raises(NotSellableError, match="qui figurera"):
        ListConnect().describe(rental.pk)
    with pytest.raises(LookupError):
        ListConnect().describe(rental.pk + 1)


@pytest.mark.parametrize(
    ("use", "article"),
    [("fax", "CL.2"), ("automated_calls", "CL.2"), ("brokerage", "CL.1"), ("directory", "CL.1")],
)
def test_a_forbidden_use_cannot_be_chosen(renter: Renter, use: str, article: str) -> None:
    rental = renter.compose()

    with pytest.raises(RentalError) as refusal:
        choose_uses(rental.pk, uses=["direct_mail", use], times=1, actor=CLIENT, now=NOW)

    assert refusal.value.article == article


def test_criteria_of_a_sending_or_of_nobody_are_refused(renter: Renter) -> None:
    rental = renter.compose()

    for changes, counted in (({"use": "sending"}, 10), ({}, 0)):
        with pytest.raises(RentalError):
            choose_target(
                rental.pk,
                criteria=criteria(**changes),
                counted=counted,
                release=RELEASE,
                actor=CLIENT,
                now=NOW,
            )


def test_only_columns_of_the_population_are_offered(renter: Renter) -> None:
    with pytest.raises(RentalError):
        choose_columns(renter.compose().pk, columns=["naf"], actor=CLIENT, now=NOW)


def test_each_order_asks_for_the_declarations_of_its_offer() -> None:
    asked = attestations_for(offers={"list_rental"})

    assert [one.article for one in asked] == ["CL.1", "CL.2", "CL.4", "CL.7", "CL.8"]


def test_a_subcontractor_is_declared_once_and_withdrawn(renter: Renter) -> None:
    rental = renter.compose()
    fields: dict[str, Any] = {
        "name": "Routage du Rhône",
        "siret": "732 829 320 00074",
        "role": "router",
    }

    declared = declare_subcontractor(
        rental.pk, **fields, user_id=renter.user.pk, actor=CLIENT, now=NOW
    )
    with pytest.raises(InvalidFieldsError):
        declare_subcontractor(rental.pk, **fields, user_id=renter.user.pk, actor=CLIENT, now=NOW)
    assert list(subcontractors_of(rental)) == [declared]

    withdraw_subcontractor(rental.pk, declared.pk, actor=CLIENT, now=NOW)
    assert list(subcontractors_of(rental)) == []
    with pytest.raises(StaleRentalError):
        withdraw_subcontractor(rental.pk, declared.pk, actor=CLIENT, now=NOW)


def test_a_sample_is_kept_with_its_kind_and_voids_the_one_before(renter: Renter) -> None:
    rental = renter.compose()

    first, second = renter.sample(rental), renter.sample(rental, "Chère cliente".encode())

    first.refresh_from_db()
    assert (first.kind, first.state) == ("pdf", ModerationState.VOID)
    assert sample_of(rental) == second
    assert second.kind == "text"
    assert waiting_samples() == [second]
    assert storage.size(second.path) == second.size


def test_what_is_no_message_is_refused_and_nothing_is_kept(renter: Renter) -> None:
    rental = renter.compose()

    with pytest.raises(RentalError, match="PDF"):
        renter.sample(rental, b"PK\x03\x04\x00archive")
    with pytest.raises(RentalError, match="pèse"):
        submit_sample(
            rental.pk,
            original_name="long.txt",
            chunks=(b"a" * 1024 * 1024 for _ in range(11)),
            user_id=renter.user.pk,
            actor=CLIENT,
            now=NOW,
        )

    assert not MessageSample.objects.exists()


def test_moderation_alone_decides_with_a_reason_and_once(renter: Renter) -> None:
    sample = renter.sample(renter.compose())
    refused: dict[str, Any] = {
        "decision": "changes_asked",
        "reason": "mentions",
        "actor": CLIENT,
        "now": NOW,
    }

    with pytest.raises(RentalError, match="modération"):
        judge_sample(sample.pk, user_id=renter.user.pk, **refused)
    with pytest.raises(InvalidFieldsError):
        judge_sample(sample.pk, user_id=renter.moderator.pk, **{**refused, "reason": ""})
    judge_sample(sample.pk, user_id=renter.moderator.pk, **refused)
    with pytest.raises(StaleRentalError):
        judge_sample(sample.pk, user_id=renter.moderator.pk, **refused)

    sample.refresh_from_db()
    assert (sample.state, sample.decided_by) == ("changes_asked", renter.moderator)
    assert Notice.objects.get(key=f"rental-sample:{sample.pk}:changes_asked").to_email
    entry = JournalEntry.objects.get(action="rental.sample_decided")
    assert entry.after is not None
    assert entry.after["sha256"] == sample.sha256


def test_an_order_says_all_it_waits_for(renter: Renter) -> None:
    rental = renter.compose()
    order = renter.order(rental)
    line = order.lines.get(offer="list_rental")

    assert [one.code for one in missing_of(line)] == ["sample", "payment"]

    sample = renter.sample(rental)
    assert [one.code for one in missing_of(line)] == ["moderation", "payment"]

    judge_sample(sample.pk, decision="approved", user_id=renter.moderator.pk, actor=CLIENT, now=NOW)
    assert [one.code for one in missing_of(line)] == ["payment"]

    pay(order)
    line = advance(order)
    assert [one.code for one in missing_of(line)] == ["selection"]


def test_what_is_ordered_no_longer_changes(renter: Renter) -> None:
    rental, _ = renter.sell()

    with pytest.raises(AlreadyOrderedError):
        choose_uses(rental.pk, uses=["direct_mail"], times=3, actor=CLIENT, now=NOW)
    with pytest.raises(AlreadyOrderedError):
        choose_columns(rental.pk, columns=[], actor=CLIENT, now=NOW)
    with pytest.raises(AlreadyOrderedError):
        abandon_rental(rental.pk, actor=CLIENT, now=NOW)
    rename_rental(rental.pk, name="Rhône", actor=CLIENT, now=NOW)
    rental.refresh_from_db()
    assert rental.name == "Rhône"


def test_a_rental_put_away_is_gone(renter: Renter) -> None:
    rental = renter.compose()

    abandon_rental(rental.pk, actor=CLIENT, now=NOW)

    assert list(rentals_of(renter.company.pk)) == []
    with pytest.raises(LookupError):
        add_to_cart(
            company_id=renter.company.pk,
            user_id=renter.user.pk,
            offer="list_rental",
            item_id=rental.pk,
            now=NOW,
        )


def test_nobody_else_sees_a_rental(renter: Renter, cast: Cast) -> None:
    rental = renter.compose()

    with pytest.raises(type(rental).DoesNotExist):
        rental_of(cast.garage.pk, rental.pk)


def test_a_basket_shows_the_price_of_a_rental(renter: Renter) -> None:
    rental = renter.compose(uses=("direct_mail", "telephone"))
    add_to_cart(
        company_id=renter.company.pk,
        user_id=renter.user.pk,
        offer="list_rental",
        item_id=rental.pk,
        now=NOW,
    )

    (line,) = cart_of(renter.company.pk, TODAY).lines

    assert [part.code for part in line.parts] == ["list.consumer_address", "list.phone"]
    assert line.net.cents == 5 * (180_00 + 90_00)
