"""Try again what waits, and end what nobody signed."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.signature.services import expire_requests, retry_pending


@app.periodic(cron="* * * * *")
@app.task(name="signature.retry", queueing_lock="signature.retry")
def retry_signatures(timestamp: int) -> None:
    retry_pending(clock.now())


@app.periodic(cron="17 * * * *")
@app.task(name="signature.expire", queueing_lock="signature.expire")
def expire_signatures(timestamp: int) -> None:
    expire_requests(clock.now())
