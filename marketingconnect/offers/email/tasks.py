"""Jobs of e-mail campaigns."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.offers.email import services, targets
from marketingconnect.offers.email.queries import (
    campaigns_sent_untold,
    campaigns_waiting_for_their_hour,
)


@app.task(name=targets.FREEZE, retry=5)
def freeze(campaign_id: int) -> None:
    """Arrest the rows of a campaign to the base that was ordered."""
    targets.freeze_target(campaign_id, now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="offers.email.take_up", queueing_lock="offers.email.take_up")
def take_up_what_was_left(timestamp: int) -> None:
    """Arrest what a failed job left behind."""
    for campaign_id in list(targets.targets_to_freeze()[:20]):
        targets.freeze_target(campaign_id, now=clock.now())


@app.periodic(cron="* * * * * */5")
@app.task(name="offers.email.recall", queueing_lock="offers.email.recall")
def recall_unreleased(timestamp: int) -> None:
    """Nothing leaves whose validation or moderation no longer holds."""
    for campaign_id in campaigns_waiting_for_their_hour():
        services.recall_campaign(campaign_id, now=clock.now())


@app.periodic(cron="* * * * * */10")
@app.task(name="offers.email.tell_sent", queueing_lock="offers.email.tell_sent")
def tell_sent(timestamp: int) -> None:
    """Sending is over: its client hears of it."""
    for campaign_id in campaigns_sent_untold():
        services.tell_sent_campaign(campaign_id, now=clock.now())
