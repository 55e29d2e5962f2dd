"""Jobs of the reports."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.statistics import services
from marketingconnect.statistics.services import MAKE_EXPORT


@app.task(name=MAKE_EXPORT)
def make_export(export_id: int) -> None:
    services.make_export(export_id, now=clock.now())
