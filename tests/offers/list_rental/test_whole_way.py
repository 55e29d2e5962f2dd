"""A rental from the base to its files, its top-up and its replacement, with nothing made up."""

import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from marketingconnect import storage
from marketingconnect.base.models import Supplier
from marketingconnect.base.services.suppliers import suspend_supplier
from marketingconnect.claims.services import (
    decide_claim,
    decide_settlement,
    settle_rental,
)
from marketingconnect.offers.list_rental.delivery_files.traps.services import withdraw_trap_person
from marketingconnect.offers.list_rental.models import (
    Delivery,
    DeliveryTrace,
    ListRental,
    TrapPerson,
)
from marketingconnect.offers.list_rental.queries import (
    delivered_keys,
    deliveries_in_trouble,
    deliveries_to_prepare,
    rentals_in_trouble,
    rentals_to_freeze,
)
from marketingconnect.offers.list_rental.services import ask_re_delivery, end_rental, freeze_rental
from marketingconnect.offers.list_rental.services.extracting import prepare_delivery
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.offers.list_rental.tasks import freeze, prepare, take_up_what_was_left
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import LineState
from marketingconnect.targeting.models import Selection
from tests.claims.making import claimed_with, examine, hand_back, ref
from tests.offers.list_rental.delivery_files.made import NOW, TODAY, trap_people
from tests.offers.list_rental.factories import CLIENT, Renter, advance
from tests.offers.list_rental.rented_base import IN_RHONE, make_rented_base

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def base(renter: Renter, settings: Settings, tmp_path: Path) -> None:
    settings.BASE_ROOT = tmp_path / "base"
    make_rented_base(tmp_path)


def frozen(renter: Renter, **changes: object) -> tuple[ListRental, Order]:
    rental, order = renter.sell(**changes)
    assert freeze_rental(rental.pk, now=NOW)
    rental.refresh_from_db()
    advance(order)
    return rental, order


def delivered(renter: Renter, **changes: object) -> Delivery:
    rental, order = frozen(renter, **changes)
    delivery = rental.deliveries.get()
    assert prepare_delivery(delivery.pk, now=NOW)
    advance(order)
    delivery.refresh_from_db()
    return delivery


def keys_of(delivery: Delivery) -> set[int]:
    keys = delivered_keys(delivery, range(1_000)).values()
    return {key for key in keys if key >= 0}


def test_a_paid_rental_is_frozen_then_delivered_to_the_last_address(renter: Renter) -> None:
    rental, order = frozen(renter, counted=200)
    selection = rental.selection
    assert selection is not None
    assert (selection.count, selection.available) == (200, IN_RHONE)
    assert list(rentals_to_freeze()) == []
    delivery = rental.deliveries.get()
    assert list(deliveries_to_prepare()) == [delivery.pk]

    assert prepare_delivery(delivery.pk, now=NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.quantity) == (DeliveryState.AVAILABLE, 200)
    assert advance(order).state == LineState.DONE
    assert delivery.manifest["seed"] == selection.seed
    assert delivery.manifest["release"] == selection.release.name
    with storage.local_path(delivery.files.get(format="csv").path) as path:
        archive = zipfile.ZipFile(path)
        notice = archive.read("LISEZMOI.txt").decode("utf-8-sig")
    assert "Foyers du Rhône" in notice
    assert "Boulangerie Nadia" in notice


def test_a_second_freeze_and_a_second_preparation_change_nothing(renter: Renter) -> None:
    delivery = delivered(renter, counted=100)
    before = list(delivery.files.values_list("sha256", flat=True))

    assert not freeze_rental(delivery.rental_id, now=NOW)
    assert not prepare_delivery(delivery.pk, now=NOW)

    assert list(delivery.files.values_list("sha256", flat=True)) == before
    assert Selection.objects.count() == 1


def test_jobs_do_it_and_the_sweeper_takes_up_what_was_left(renter: Renter) -> None:
    rental, order = renter.sell(counted=50)
    take_up_what_was_left(timestamp=0)
    advance(order)
    take_up_what_was_left(timestamp=0)

    rental.refresh_from_db()
    assert rental.state == RentalState.DELIVERED
    freeze(rental_id=rental.pk)
    prepare(delivery_id=rental.deliveries.get().pk)
    assert rental.deliveries.count() == 1


def test_a_supplier_suspended_since_the_freeze_gives_nothing(renter: Renter) -> None:
    rental, _ = frozen(renter, counted=100)
    supplier = Supplier.objects.get(name="Foyers du Rhône")
    suspend_supplier(supplier_id=supplier.pk, reason="Contrôle", actor=CLIENT, now=NOW)

    assert not prepare_delivery(rental.deliveries.get().pk, now=NOW)

    (stuck,) = deliveries_in_trouble()
    assert stuck.failure == "Aucune adresse ne peut être livrée."


def test_a_target_that_gives_nobody_any_more_is_told_to_staff(renter: Renter) -> None:
    rental, _ = renter.sell(counted=100)
    supplier = Supplier.objects.get(name="Foyers du Rhône")
    suspend_supplier(supplier_id=supplier.pk, reason="Contrôle", actor=CLIENT, now=NOW)

    assert not freeze_rental(rental.pk, now=NOW)

    assert list(rentals_in_trouble()) == [rental]


def test_without_anybody_for_traps_the_delivery_waits(renter: Renter) -> None:
    rental, _ = frozen(renter, counted=60)
    delivery = rental.deliveries.get()
    for person in TrapPerson.objects.all():
        withdraw_trap_person(person.pk, actor=CLIENT, on=TODAY, now=NOW)

    assert not prepare_delivery(delivery.pk, now=NOW)
    assert "adresses pièges" in deliveries_in_trouble().get().failure

    trap_people(1)
    assert prepare_delivery(delivery.pk, now=NOW)
    assert not deliveries_in_trouble().exists()


def test_phones_are_delivered_where_lawful_and_checked_again(renter: Renter) -> None:
    delivery = delivered(renter, counted=200, uses=("direct_mail", "telephone"))

    assert delivery.use_by is not None
    assert delivery.phones
    assert 0 < delivery.phones < 200
    later = NOW + timedelta(days=30)
    again = ask_re_delivery(delivery.pk, actor=CLIENT, now=later)
    assert prepare_delivery(again.pk, now=later)
    again.refresh_from_db()
    assert keys_of(again) == keys_of(delivery)
    assert again.use_by is not None
    assert again.use_by > delivery.use_by


def test_a_top_up_has_no_address_of_the_delivery(renter: Renter) -> None:
    rental, order = renter.sell(counted=120, times=10)
    ListRental.objects.filter(pk=rental.pk).update(ordered_quantity=100)
    assert freeze_rental(rental.pk, now=NOW)
    advance(order)
    first = rental.deliveries.get()
    # Twenty fewer than the order line says: beyond the tolerance.
    assert prepare_delivery(first.pk, now=NOW)
    settlement = settle_rental(rental.pk, now=NOW)
    assert settlement is not None

    decide_settlement(
        settlement.pk,
        decision="top_up",
        reason="Convenu",
        user_id=renter.user.pk,
        actor=CLIENT,
        now=NOW,
    )
    top_up = rental.deliveries.get(kind="top_up")
    assert prepare_delivery(top_up.pk, now=NOW)

    top_up.refresh_from_db()
    assert top_up.quantity == settlement.ordered - settlement.delivered == 20
    first.refresh_from_db()
    assert not keys_of(top_up) & keys_of(first)


def test_replacement_addresses_are_others_and_free(renter: Renter) -> None:
    delivery = delivered(renter, counted=150)
    settle_rental(delivery.rental_id, now=NOW)
    rows = [row for row, key in delivered_keys(delivery, range(200)).items() if key >= 0][:7]
    claim = examine(claimed_with(renter, delivery, [ref(delivery, row) for row in rows]), renter)
    claim = decide_claim(
        claim.pk, choice="replacement", user_id=renter.user.pk, actor=CLIENT, now=NOW
    )
    replacement = claim.replacement
    assert replacement is not None

    assert prepare_delivery(replacement.pk, now=NOW)

    replacement.refresh_from_db()
    assert replacement.quantity == 7
    assert not keys_of(replacement) & keys_of(delivery)
    assert settle_rental(delivery.rental_id, now=NOW) is None
    # The replaced ones are flagged: they are not counted for post any more.
    assert hand_back(renter, ref(delivery, rows[0])).refused == {"duplicate": 1}


def test_a_withdrawn_delivery_leaves_no_file_behind(renter: Renter, settings: Settings) -> None:
    rental, _ = frozen(renter, counted=60)
    delivery = rental.deliveries.get()
    end_rental(rental.pk, article="CL.2", reason="Revente", actor=CLIENT, now=NOW)

    assert not prepare_delivery(delivery.pk, now=NOW)

    folder = Path(settings.FILES_ROOT) / f"rentals/d{delivery.pk}"
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_two_workers_preparing_one_delivery_make_one(renter: Renter, settings: Settings) -> None:
    rental, _ = frozen(renter, counted=150)
    delivery = rental.deliveries.get()
    barrier = threading.Barrier(3)

    def run(_: int) -> bool:
        try:
            barrier.wait(timeout=20)
            return prepare_delivery(delivery.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(run, range(3)))

    assert sum(done) == 1
    delivery.refresh_from_db()
    trace = DeliveryTrace.objects.get(delivery=delivery.pk)
    published = set(delivery.files.values_list("path", flat=True))
    folder = Path(settings.FILES_ROOT)
    kept = {path for path in (folder / f"rentals/d{delivery.pk}").rglob("*") if path.is_file()}
    assert {str(path.relative_to(folder)) for path in kept} == {
        *published,
        delivery.keys_path,
        trace.fingerprint_path,
    }
    assert len(published) == 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_freezing_one_rental_arrest_one_selection(renter: Renter) -> None:
    rental, _ = renter.sell(counted=150)
    barrier = threading.Barrier(3)

    def run(_: int) -> bool:
        try:
            barrier.wait(timeout=20)
            return freeze_rental(rental.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(run, range(3)))

    assert sum(done) == 1
    assert Selection.objects.count() == 1
