"""Jobs of the campaigns: their audience frozen, their figures sealed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.sending import mailbox, queries, services
from marketingconnect.sending.services import erasing, returns, transport
from marketingconnect.sending.services.campaigns import FREEZE_AUDIENCE
from marketingconnect.sending.states import ReturnSource

log = logging.getLogger(__name__)


@app.task(name=FREEZE_AUDIENCE)
def freeze_audience(campaign_id: int) -> None:
    services.freeze_audience(campaign_id, now=clock.now())


@app.periodic(cron="* * * * * */20")
@app.task(name="sending.sweep", queueing_lock="sending.sweep")
def sweep(timestamp: int) -> None:
    """What a killed worker left: audiences not frozen; and figures whose hour has come.

    What defeats one campaign does not keep the others waiting.
    """
    for campaign_id in queries.campaigns_to_prepare():
        with _told(campaign_id):
            services.freeze_audience(campaign_id, now=clock.now())
    due = queries.campaigns_to_freeze(now=clock.now())
    # Received in the window and not read yet, for no worker ran: it counts all the same.
    while due and returns.read_kept_mails(now=clock.now()):
        continue
    for campaign_id in due:
        with _told(campaign_id):
            services.freeze_figures(campaign_id, now=clock.now())


@app.periodic(cron="* * * * * */15")
@app.task(name="sending.read_returns", queueing_lock="sending.read_returns")
def read_returns(timestamp: int) -> None:
    """Mails kept by the reception; a worker that died in between left them to be read."""
    returns.read_kept_mails(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="sending.read_mailbox", queueing_lock="sending.read_mailbox")
def read_mailbox(timestamp: int) -> None:
    """Keep what came back to the operator's mailbox, when it has one."""
    if settings.RETURNS_MAILBOX:
        mailbox.read_mailbox(
            settings.RETURNS_MAILBOX, domain=settings.SENDING_DOMAIN, keep=_keep_from_mailbox
        )


@app.periodic(cron="20 4 * * *")
@app.task(name="sending.erase_addresses", queueing_lock="sending.erase_addresses")
def erase_addresses(timestamp: int) -> None:
    """To whom campaigns were sent, once their day has come (CGV B.5)."""
    erasing.erase_due_addresses(today=clock.today(), now=clock.now())


@app.periodic(cron="35 4 * * *")
@app.task(name="sending.forget_old_transport", queueing_lock="sending.forget_old_transport")
def forget_old_transport(timestamp: int) -> None:
    """Policies of destinations that no one wrote to for a year, and old counts."""
    transport.forget_old_transport(now=clock.now(), today=clock.today())


@contextmanager
def _told(campaign_id: int) -> Iterator[None]:
    try:
        yield
    except Exception:  # the sweep comes again soon
        log.exception("campaign %s could not be swept", campaign_id)


def _keep_from_mailbox(octets: bytes, recipient: str) -> None:
    returns.keep_mail(octets, recipient=recipient, source=ReturnSource.IMAP, now=clock.now())
