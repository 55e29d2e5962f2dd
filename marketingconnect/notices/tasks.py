"""Jobs of the mail to clients."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.notices import delivery
from marketingconnect.notices.services import DELIVER


@app.task(name=DELIVER, queue="notices")
def deliver_notice(notice_id: int) -> None:
    delivery.deliver(notice_id, now=clock.now)


@app.periodic(cron="* * * * *")
@app.task(name="notices.sweep", queue="notices", queueing_lock="notices.sweep")
def sweep_notices(timestamp: int) -> None:
    delivery.sweep(clock.now())
