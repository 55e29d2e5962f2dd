"""Jobs of contact files: import, clearing, erasing, purge."""

from contextlib import suppress

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from marketingconnect import clock
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.quality.of_files import measure
from marketingconnect.contacts.queries.files import abandoned_imports
from marketingconnect.contacts.services.deletion import erase_file, purge_due_files
from marketingconnect.contacts.services.running import clear_cancelled
from marketingconnect.contacts.services.whole import import_to_the_end
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.dns import current_resolver
from marketingconnect.jobs import job
from marketingconnect.terms.queries import current_terms, parameters_of

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.task(name="contacts.import", retry=_AGAIN)
def import_contact_file(file_id: int) -> None:
    """Bring a file in, from wherever its last run stopped."""
    import_to_the_end(file_id, now=clock.now)


@app.task(name="contacts.clear_cancelled", retry=_AGAIN)
def clear_cancelled_import(file_id: int) -> None:
    """Remove what a stopped import had brought."""
    if ContactFile.objects.filter(pk=file_id, state=ContactFileState.CANCELLING).exists():
        clear_cancelled(file_id)


@app.task(name="contacts.measure_quality", retry=_AGAIN)
def measure_quality(file_id: int) -> None:
    """Look at the domains of a file that has just come in."""
    measure(file_id, current_resolver())


@app.task(name="contacts.erase", retry=_AGAIN)
def erase_contact_file(file_id: int) -> None:
    """Erase the addresses of a deleted file."""
    erase_file(file_id, now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="contacts.resume_abandoned", queueing_lock="contacts.resume_abandoned")
def resume_abandoned_imports(timestamp: int) -> None:
    """An import that stands still has lost its job: give it another. Two runs never mix."""
    for file_id in abandoned_imports():
        again = job("contacts.import", queueing_lock=f"contacts.import:{file_id}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            again.defer(file_id=file_id)


@app.periodic(cron="40 3 * * *")
@app.task(name="contacts.purge", queueing_lock="contacts.purge")
def purge_contact_files(timestamp: int) -> None:
    """Delete the files whose time is over, under the terms in force."""
    today = clock.today()
    terms = parameters_of(current_terms(today))
    purge_due_files(retention_days=terms.contact_file_retention_days, today=today, now=clock.now())
