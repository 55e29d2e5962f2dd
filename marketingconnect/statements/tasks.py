"""Statements are made as soon as figures bind, and again when they could not be sealed."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.statements.services import (
    make_missing_statements,
    seal_again_without_addresses,
)


@app.periodic(cron="* * * * * */20")
@app.task(name="statements.make", queueing_lock="statements.make")
def make_statements(timestamp: int) -> None:
    make_missing_statements(now=clock.now())
    seal_again_without_addresses(now=clock.now())
