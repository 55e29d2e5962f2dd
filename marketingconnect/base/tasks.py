"""Jobs of the base."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.base.services.checking import VERIFY, verify_and_note
from marketingconnect.base.sirene.services import tell_of_ageing_vintage


@app.task(name=VERIFY, queue="base")
def verify_one(name: str) -> None:
    """Read every byte of a release again."""
    verify_and_note(name, now=clock.now())


@app.periodic(cron="20 7 * * *")
@app.task(name="base.sirene_age", queue="base", queueing_lock="base.sirene_age")
def watch_sirene_age(timestamp: int) -> None:
    """Tell administrators, in good time, that a stock of the register must be loaded."""
    tell_of_ageing_vintage(now=clock.now())
