from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from marketingconnect import storage
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.models import Notice
from marketingconnect.offers.list_rental.earlier import RentalDeliveries
from marketingconnect.offers.list_rental.errors import (
    RentalError,
    StaleRentalError,
)
from marketingconnect.offers.list_rental.models import Delivery, DeliveryFile, Licence
from marketingconnect.offers.list_rental.queries import (
    delivered_keys,
    licence_of,
    missing_for,
    stage_of,
)
from marketingconnect.offers.list_rental.services import (
    ask_re_delivery,
    download_file,
    end_rental,
    resume_rental,
    suspend_rental,
)
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.orders.states import LineState, OrderState
from tests.cast import Cast
from tests.offers.list_rental.delivery_files.made import NOW, TODAY
from tests.offers.list_rental.factories import (
    CLIENT,
    Renter,
    advance,
    arrest,
    pay,
    publish,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


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


def test_what_was_handed_over_is_evidence(renter: Renter) -> None:
    delivery = renter.deliver(rows=60)
    rows = [
        Delivery.objects.filter(pk=delivery.pk),
        DeliveryFile.objects.filter(delivery=delivery),
        Licence.objects.filter(delivery=delivery),
    ]
    changes: list[dict[str, Any]] = [{"quantity": 61}, {"sha256": "0" * 64}, {"times": 9}]

    for found, change in zip(rows, changes, strict=True):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            found.update(**change)
    for found in rows:
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            found._raw_delete("default")
