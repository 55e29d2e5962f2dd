"""Periodic work on contracts: what a day that went by changes."""

import logging

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.contracts.errors import StaleContractError
from marketingconnect.contracts.queries import (
    guarantees_awaited,
    open_formal_notices,
    orders_ended_by_refusals,
)
from marketingconnect.contracts.services.formal_notices import conclude_formal_notice
from marketingconnect.contracts.services.refused_changes import end_refused_order
from marketingconnect.contracts.services.solvency import note_silence

logger = logging.getLogger(__name__)


@app.periodic(cron="*/10 * * * *")
@app.task(name="contracts.conclude_notices", queueing_lock="contracts.conclude_notices")
def conclude_notices(timestamp: int) -> None:
    """Terminate by right what a formal notice left without effect."""
    for notice_id in list(open_formal_notices().values_list("pk", flat=True)):
        try:
            conclude_formal_notice(notice_id, now=clock.now())
        except StaleContractError:
            # Somebody closed it between the two looks.
            continue
        except Exception:
            # One that fails must not hold up the others; it is tried again next time.
            logger.exception("formal notice %s is not concluded", notice_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="contracts.end_refused", queueing_lock="contracts.end_refused")
def end_refused_contracts(timestamp: int) -> None:
    """End the orders of those who refused new terms or prices in time, on the day."""
    for order_id, change_id in orders_ended_by_refusals(clock.today()):
        try:
            end_refused_order(order_id, change_id, now=clock.now())
        except Exception:
            # One that fails must not hold up the others; it is tried again next time.
            logger.exception("order %s is not ended", order_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="contracts.note_silence", queueing_lock="contracts.note_silence")
def note_silent_clients(timestamp: int) -> None:
    """Write that guarantees were not provided by their day."""
    for check_id in list(guarantees_awaited(clock.today())):
        note_silence(check_id, now=clock.now())
