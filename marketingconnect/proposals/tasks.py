"""Periodic work on proposals, and their printing out of the request."""

import logging

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.proposals.queries import proposals_that_wait, proposals_without_pdf
from marketingconnect.proposals.services import expire, make_pdf, remind
from marketingconnect.proposals.services.proposing import PRINT

logger = logging.getLogger(__name__)


@app.task(name=PRINT, queue="documents", retry=5)
def print_proposal(proposal_id: int) -> None:
    """Make the PDF of a proposal that was sent."""
    make_pdf(proposal_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="proposals.follow", queueing_lock="proposals.follow")
def follow_proposals(timestamp: int) -> None:
    """End what is past its last day, remind of what comes near it, print what was forgotten."""
    for proposal_id in list(proposals_that_wait().values_list("pk", flat=True)):
        try:
            if not expire(proposal_id, now=clock.now()):
                remind(proposal_id, now=clock.now())
        except Exception:
            # One proposal that fails must not hold up the others; it is tried again next time.
            logger.exception("proposal %s is not followed", proposal_id)
    for proposal_id in list(proposals_without_pdf()[:20]):
        make_pdf(proposal_id)
