"""Jobs of targeting: sessions that nobody uses any more are closed."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.targeting.sessions import services


@app.periodic(cron="*/10 * * * *")
@app.task(name="targeting.close_idle_sessions", queueing_lock="targeting.close_idle_sessions")
def close_idle_sessions(timestamp: int) -> None:
    services.close_idle_sessions(now=clock.now())
