"""Periodic work on orders."""

import logging

from django.conf import settings
from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.orders.queries import lines_to_advance
from marketingconnect.orders.services import advance_line

logger = logging.getLogger(__name__)
# With six fields, the last one counts seconds: a demo should not wait a minute for each step.
EVERY = "* * * * *" if settings.MODE == "production" else "* * * * * */3"


@app.periodic(cron=EVERY)
@app.task(name="orders.advance_waiting_lines", queueing_lock="orders.advance_waiting_lines")
def advance_waiting_lines(timestamp: int) -> None:
    """Launch what lacks nothing any more and follow what runs."""
    for line_id in list(lines_to_advance()):
        try:
            advance_line(line_id, now=clock.now())
        except Exception:
            # One line that fails must not hold up the others; it is tried again next time.
            logger.exception("order line %s does not advance", line_id)
