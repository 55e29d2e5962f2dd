"""Jobs of the terms: tell the clients concerned by a change."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.terms.queries import changes_to_come
from marketingconnect.terms.services import tell_clients
from marketingconnect.terms.services.changes import TELL


@app.task(name=TELL, queue="notices", retry=5)
def tell_of_change(change_id: int) -> None:
    """Tell the next clients; the service leaves another job while there are more."""
    tell_clients(change_id, now=clock.now())


@app.periodic(cron="40 6 * * *")
@app.task(name="terms.tell_new_clients", queueing_lock="terms.tell_new_clients")
def tell_new_clients(timestamp: int) -> None:
    """Tell those who ordered after a change was published and before it starts."""
    for change in changes_to_come(clock.today()):
        tell_clients(change.pk, now=clock.now())
