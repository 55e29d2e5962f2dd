from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marketingconnect import storage
from marketingconnect.audit.models import JournalEntry
from marketingconnect.cart.attestations import attestations_for
from marketingconnect.cart.queries import cart_of
from marketingconnect.cart.services import add_to_cart
from marketingconnect.messages.states import ModerationState
from marketingconnect.notices.models import Notice
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.offers.list_rental.earlier import RentalDeliveries
from marketingconnect.offers.list_rental.errors import (
    AlreadyOrderedError,
    InvalidFieldsError,
    RentalError,
    StaleRentalError,
)
from marketingconnect.offers.list_rental.models import Delivery, MessageSample
from marketingconnect.offers.list_rental.offer import ListConnect
from marketingconnect.offers.list_rental.queries import (
    delivered_keys,
    licence_of,
    missing_for,
    rental_of,
    rentals_of,
    sample_of,
    stage_of,
    subcontractors_of,
    waiting_samples,
)
from marketingconnect.offers.list_rental.services import (
    abandon_rental,
    ask_re_delivery,
    choose_columns,
    choose_target,
    choose_uses,
    declare_subcontractor,
    download_file,
    end_rental,
    judge_sample,
    propose_amendment,
    refuse_amendment,
    rename_rental,
    resume_rental,
    submit_sample,
    suspend_rental,
    take_amendment,
    withdraw_amendment,
    withdraw_subcontractor,
)
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.orders.queries import missing_of
from marketingconnect.orders.states import LineState, OrderState
from tests.cast import Cast
from tests.offers.list_rental.delivery_files.made import NOW, TODAY
from tests.offers.list_rental.factories import (
    CLIENT,
    RELEASE,
    Renter,
    advance,
    arrest,
    criteria,
    pay,
    publish,
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


def test_the_validated_payment_has_the_selection_arrested_even_before_moderation(
    renter: Renter,
) -> None:
    rental = renter.compose()
    order = renter.order(rental)
    pay(order)

    advance(order)
    advance(order)

    rental.refresh_from_db()
    assert rental.payment_validated_on == TODAY
    assert rental.terms["quantity_tolerance_percent"] == "7"
    assert JournalEntry.objects.filter(action="rental.paid").count() == 1


def test_a_selection_is_arrested_once(renter: Renter) -> None:
    rental, _ = renter.sell()

    assert arrest(rental)
    assert not arrest(rental)

    rental.refresh_from_db()
    assert rental.state == RentalState.FROZEN
    assert rental.selection is not None
    assert rental.selection.order_reference == f"{rental.order_reference}:{rental.pk}"


def test_files_are_made_once_nothing_is_missing_and_appear_all_at_once(renter: Renter) -> None:
    rental, order = renter.sell()
    arrest(rental)

    assert advance(order).state == LineState.SCHEDULED
    assert advance(order).state == LineState.RUNNING
    delivery = rental.deliveries.get()
    assert not delivery.files.exists()

    assert publish(delivery, rows=120)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.AVAILABLE
    assert (delivery.quantity, delivery.traps, delivery.use_by) == (120, 2, None)
    assert [file.format for file in delivery.files.all()] == ["csv", "txt_fixed", "txt_tab", "xlsx"]
    assert all(storage.size(file.path) == file.size for file in delivery.files.all())
    assert delivery.manifest["files"][0]["sha256"] == delivery.files.first().sha256  # type: ignore[union-attr]
    assert advance(order).state == LineState.DONE
    order.refresh_from_db()
    assert order.state == OrderState.EXECUTED
    notice = Notice.objects.get(key=f"rental-available:{delivery.reference}")
    assert "120 adresses" in notice.text


def test_keys_of_the_rows_are_kept_with_traps_apart(renter: Renter) -> None:
    delivery = renter.deliver(rows=150)
    keys = delivered_keys(delivery, range(160))

    assert len(keys) == 152
    assert sum(key < 0 for key in keys.values()) == delivery.traps == 2


def test_what_was_delivered_is_known_once_a_selection(renter: Renter, cast: Cast) -> None:
    delivery = renter.deliver(rows=120, uses=("direct_mail", "telephone"))
    again = ask_re_delivery(delivery.pk, actor=CLIENT, now=LATER)
    publish(again, rows=118, now=LATER)
    made = RentalDeliveries()

    assert list(made.to_company(renter.company.pk)) == [delivery.selection_id]
    assert list(made.to_company(cast.garage.pk)) == []
    assert list(made.since(TODAY)) == [delivery.selection_id]
    assert list(made.since(TODAY + timedelta(days=1))) == []


def test_a_download_asks_for_the_licence_shown_and_is_recorded(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    file = delivery.files.get(format="xlsx")
    who: dict[str, Any] = {
        "user_id": renter.user.pk,
        "actor": CLIENT,
        "ip_address": "192.0.2.7",
        "now": NOW,
    }
    assert stage_of(delivery.rental) == "Fichier à télécharger"

    with pytest.raises(RentalError) as refusal:
        download_file(file.pk, accepted="", **who)
    assert refusal.value.article == "CL.1"
    licence = licence_of(delivery)
    first = download_file(file.pk, accepted=licence.sha256, **who)
    download_file(file.pk, accepted=licence.sha256, **who)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.downloaded_at) == (DeliveryState.DOWNLOADED, NOW)
    assert first.licence == licence
    assert file.downloads.count() == 2
    assert JournalEntry.objects.filter(action="rental.downloaded").count() == 2
    assert "publipostage" in " ".join(licence.sentences)


def test_a_file_of_phones_has_a_limit_then_is_checked_again_free(renter: Renter) -> None:
    delivery = renter.deliver(rows=120, uses=("direct_mail", "telephone"))
    assert delivery.phones == 40
    assert delivery.use_by == date(2026, 12, 25)
    with pytest.raises(RentalError) as refusal:
        ask_re_delivery(delivery.pk, actor=CLIENT, now=NOW)
    assert refusal.value.article == "CL.6"

    again = ask_re_delivery(delivery.pk, actor=CLIENT, now=LATER)
    assert ask_re_delivery(delivery.pk, actor=CLIENT, now=LATER) == again
    assert publish(again, rows=118, now=LATER)

    delivery.refresh_from_db()
    assert (delivery.state, again.replaces) == (DeliveryState.RE_DELIVERED, delivery)
    assert stage_of(delivery.rental) == "Fichier à télécharger"
    with pytest.raises(RentalError, match="remplace"):
        download_file(
            delivery.files.get(format="csv").pk,
            accepted=licence_of(delivery).sha256,
            user_id=renter.user.pk,
            actor=CLIENT,
            ip_address=None,
            now=LATER,
        )


def test_a_suspended_rental_gives_nothing_until_it_is_resumed(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    suspend_rental(delivery.rental_id, reason="Usage à vérifier", actor=CLIENT, now=NOW)
    take: dict[str, Any] = {
        "accepted": licence_of(delivery).sha256,
        "user_id": renter.user.pk,
        "actor": CLIENT,
        "ip_address": None,
        "now": NOW,
    }
    file_id = delivery.files.get(format="csv").pk

    with pytest.raises(RentalError, match="suspendue"):
        download_file(file_id, **take)
    resume_rental(delivery.rental_id, actor=CLIENT, now=NOW)
    assert download_file(file_id, **take)
    with pytest.raises(StaleRentalError):
        resume_rental(delivery.rental_id, actor=CLIENT, now=NOW)


def test_files_made_while_suspended_are_not_published(renter: Renter) -> None:
    rental, order = renter.sell()
    arrest(rental)
    advance(order)
    delivery = rental.deliveries.get()
    suspend_rental(rental.pk, reason="Usage à vérifier", actor=CLIENT, now=NOW)

    assert not publish(delivery, rows=50)

    resume_rental(rental.pk, actor=CLIENT, now=NOW)
    assert publish(delivery, rows=50)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.AVAILABLE


def test_a_cancelled_rental_withdraws_its_files(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)

    end_rental(delivery.rental_id, article="CL.2", reason="Revente", actor=CLIENT, now=NOW)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WITHDRAWN
    assert delivery.rental.end_article == "CL.2"
    assert missing_for(delivery.rental, quantity=1, payment_validated_on=TODAY) == []


def test_an_amendment_is_priced_then_accepted_and_renews_the_licence(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    rental = delivery.rental

    amendment = propose_amendment(
        rental.pk, uses=["direct_mail"], times=3, user_id=renter.user.pk, actor=CLIENT, now=NOW
    )
    assert amendment.net_cents == 2 * 900_00
    with pytest.raises(RentalError, match="attend"):
        propose_amendment(
            rental.pk, uses=["direct_mail"], times=4, user_id=renter.user.pk, actor=CLIENT, now=NOW
        )
    take_amendment(amendment.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)
    with pytest.raises(StaleRentalError):
        take_amendment(amendment.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)

    rental.refresh_from_db()
    assert rental.times == 3
    licence = licence_of(delivery)
    assert (licence.version, licence.times) == (2, 3)
    assert "3 utilisations" in " ".join(licence.sentences)


def test_an_amendment_that_adds_calling_delivers_the_numbers(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    uses = ["direct_mail", "telephone"]

    amendment = propose_amendment(
        delivery.rental_id, uses=uses, times=1, user_id=renter.user.pk, actor=CLIENT, now=NOW
    )
    take_amendment(amendment.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)

    again = delivery.rental.deliveries.get(number=2)
    assert again.has_phones
    assert again.replaces == delivery


def test_an_amendment_may_be_refused_or_withdrawn(renter: Renter) -> None:
    rental = renter.deliver(rows=100).rental
    who: dict[str, Any] = {"user_id": renter.user.pk, "actor": CLIENT, "now": NOW}

    for end in (refuse_amendment, withdraw_amendment):
        amendment = propose_amendment(rental.pk, uses=["direct_mail"], times=2, **who)
        end(amendment.pk, **who)
        with pytest.raises(StaleRentalError):
            take_amendment(amendment.pk, **who)

    rental.refresh_from_db()
    assert rental.times == 1


def test_the_database_keeps_one_first_delivery_and_whole_ones(renter: Renter) -> None:
    delivery = renter.deliver(rows=100)
    copy: dict[str, Any] = {
        "rental": delivery.rental,
        "has_phones": False,
        "asked_quantity": 1,
        "started_at": NOW,
    }

    with pytest.raises(IntegrityError, match="one_first_delivery"), transaction.atomic():
        Delivery.objects.create(number=2, reference="x", kind="first", **copy)
    with pytest.raises(IntegrityError, match="is_whole"), transaction.atomic():
        Delivery.objects.create(number=2, reference="x", kind="top_up", state="available", **copy)


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
