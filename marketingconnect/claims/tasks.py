"""Jobs of settlements and returns."""

import logging

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.claims.queries import batches_to_check, rentals_to_settle
from marketingconnect.claims.services import check_returns, settle_rental
from marketingconnect.claims.services.returns import CHECK

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */10")
@app.task(name="claims.settle", queueing_lock="claims.settle")
def settle_delivered(timestamp: int) -> None:
    """A delivery is available: its quantity is settled."""
    for rental_id in list(rentals_to_settle()):
        try:
            settle_rental(rental_id, now=clock.now())
        except Exception:
            # One that fails must not hold up the others; it is tried again next time.
            logger.exception("list rental %s is not settled", rental_id)


@app.task(name=CHECK, queue="rentals", retry=5)
def check_list(batch_id: int) -> None:
    """Check a list of returned mail."""
    check_returns(batch_id, now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="claims.check_forgotten", queueing_lock="claims.check_forgotten")
def check_forgotten(timestamp: int) -> None:
    """Check what a failed job left."""
    for batch_id in list(batches_to_check()[:20]):
        check_returns(batch_id, now=clock.now())
