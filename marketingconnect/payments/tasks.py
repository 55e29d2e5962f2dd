"""Ask again what no answer told."""

import logging

from django.conf import settings
from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.payments.queries import attempts_to_ask_again
from marketingconnect.payments.services import ask_provider

logger = logging.getLogger(__name__)
EVERY = "* * * * *" if settings.MODE == "production" else "* * * * * */10"


@app.periodic(cron=EVERY)
@app.task(name="payments.ask_again", queueing_lock="payments.ask_again")
def ask_again(timestamp: int) -> None:
    """Ask the provider about every attempt whose turn has come."""
    for attempt_id in list(attempts_to_ask_again(clock.now())):
        try:
            ask_provider(attempt_id, now=clock.now())
        except Exception:
            logger.exception("payment attempt %s could not be asked again", attempt_id)
