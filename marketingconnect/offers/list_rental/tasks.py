"""Jobs of rentals."""

import logging
from collections.abc import Callable

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.offers.list_rental.queries import deliveries_to_prepare, rentals_to_freeze
from marketingconnect.offers.list_rental.services.delivering import PREPARE
from marketingconnect.offers.list_rental.services.extracting import prepare_delivery
from marketingconnect.offers.list_rental.services.freezing import FREEZE, freeze_rental

logger = logging.getLogger(__name__)


@app.task(name=FREEZE, queue="rentals", retry=5)
def freeze(rental_id: int) -> None:
    """Arrest the selection of a paid rental."""
    freeze_rental(rental_id, now=clock.now())


@app.task(name=PREPARE, queue="rentals", retry=5)
def prepare(delivery_id: int) -> None:
    """Make the files of a delivery."""
    prepare_delivery(delivery_id, now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="offers.list_rental.take_up", queueing_lock="offers.list_rental.take_up")
def take_up_what_was_left(timestamp: int) -> None:
    """Freeze and prepare what a failed job, a suspension or a missing trap left behind."""
    for rental_id in list(rentals_to_freeze()[:20]):
        _safely("rental", rental_id, lambda pk: freeze_rental(pk, now=clock.now()))
    for delivery_id in list(deliveries_to_prepare()[:20]):
        _safely("delivery", delivery_id, lambda pk: prepare_delivery(pk, now=clock.now()))


def _safely(kind: str, pk: int, act: Callable[[int], object]) -> None:
    """One that fails must not hold up the others; it is tried again next time."""
    try:
        act(pk)
    except Exception:
        logger.exception("%s %s is not taken up", kind, pk)
