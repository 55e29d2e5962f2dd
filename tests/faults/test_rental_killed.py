"""A rental killed while it is frozen and delivered shows nothing, and the next run completes it."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect import storage
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.clock import paris_date
from marketingconnect.offers.list_rental.delivery_files.columns import needed_columns
from marketingconnect.offers.list_rental.models import Delivery, DeliveryFile, ListRental
from marketingconnect.offers.list_rental.services import freeze_rental
from marketingconnect.offers.list_rental.services.extracting import prepare_delivery, sources_of
from marketingconnect.offers.list_rental.services.preparing import make_files, options_of
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.orders.models import Order
from marketingconnect.targeting.extraction import extract_selection
from marketingconnect.targeting.models import Selection
from tests.databases import database_url
from tests.offers.list_rental.conftest import renter
from tests.offers.list_rental.delivery_files.made import NOW
from tests.offers.list_rental.factories import Renter, advance
from tests.offers.list_rental.rented_base import make_rented_base

__all__ = ["renter"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PEOPLE = 30_000
ORDERED = 5_000
KILLS = 5
_RUN = """
import sys
import django
django.setup()
from tests.faults.test_rental_killed import work
sys.stdout.write("begun\\n"); sys.stdout.flush()
work(int(sys.argv[1]))
"""


def work(rental_id: int) -> bool:
    """What the jobs do of a paid rental, from where it stands; whether it was delivered."""
    freeze_rental(rental_id, now=NOW)
    rental = ListRental.objects.get(pk=rental_id)
    advance(Order.objects.get(reference=rental.order_reference))
    delivery = rental.deliveries.first()
    return delivery is not None and prepare_delivery(delivery.pk, now=NOW)


def test_a_rental_killed_again_and_again_is_delivered_once_and_whole(
    renter: Renter, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BASE_ROOT = tmp_path / "base"
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("MARKETINGCONNECT_FILES", str(settings.FILES_ROOT))
    monkeypatch.setenv("MARKETINGCONNECT_BASE", str(settings.BASE_ROOT))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    make_rented_base(tmp_path, people=PEOPLE)
    rental, _ = renter.sell(counted=ORDERED)
    draw = random.Random(7)

    for kill in range(KILLS):
        _run_and_kill(rental.pk, settings.FILES_ROOT, files=kill + draw.randrange(2))
        rental.refresh_from_db()
        assert rental.state in {RentalState.ORDERED, RentalState.FROZEN, RentalState.PREPARING}
        assert not DeliveryFile.objects.exists()
        assert not Delivery.objects.exclude(state=DeliveryState.PREPARING).exists()
        assert Selection.objects.count() <= 1

    _finish(rental.pk)

    delivery = rental.deliveries.get()
    assert (delivery.state, delivery.quantity) == (DeliveryState.AVAILABLE, ORDERED)
    assert Selection.objects.count() == 1
    published = {file.format: file.sha256 for file in delivery.files.all()}
    assert len(published) == 4
    assert all(storage.size(file.path) == file.size for file in delivery.files.all())


def test_a_delivery_begun_again_has_the_same_bytes(
    renter: Renter, settings: Settings, tmp_path: Path
) -> None:
    settings.BASE_ROOT = tmp_path / "base"
    make_rented_base(tmp_path, people=3_000)
    rental, order = renter.sell(counted=400)
    assert freeze_rental(rental.pk, now=NOW)
    advance(order)
    delivery = rental.deliveries.select_related("rental__company", "selection").get()

    interrupted = _files_of(delivery)
    assert prepare_delivery(delivery.pk, now=NOW)

    assert dict(delivery.files.values_list("format", "sha256")) == interrupted


def _files_of(delivery: Delivery) -> dict[str, str]:
    """What a run that dies before it publishes had written."""
    selection = delivery.selection
    assert selection is not None
    columns = needed_columns(Population.CONSUMERS, options_of(delivery))
    extraction = extract_selection(selection, columns, on=paris_date(NOW))
    prepared = make_files(
        delivery,
        extraction.batches(),
        sources=sources_of(selection),
        phone_right=extraction.rights[Channel.PHONE],
        now=NOW,
    )
    return {file.format: file.stored.sha256 for file in prepared.files}


def _finish(rental_id: int) -> None:
    """The database lets a dead worker's lock go as soon as it sees that it died."""
    deadline = time.monotonic() + 30
    while not work(rental_id):
        assert time.monotonic() < deadline


def _run_and_kill(rental_id: int, folder: Path, *, files: int) -> None:
    """Work in a process, kill -9 it once it has begun more than `files` files."""
    before = _files(folder)
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, str(rental_id)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).resolve().parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        deadline = time.monotonic() + 60
        while process.poll() is None and len(_files(folder) - before) <= files:
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGKILL)
        process.wait()


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}
