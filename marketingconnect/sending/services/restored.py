"""A database restored from a copy does not know what left since the copy was made (CGV B.1.4).

PostgreSQL tells one database from another: a dump that is restored is a new one of its cluster,
a copy of the files played forward or a stand-by that takes over begins a new timeline. A sender
that finds itself in another than before lets nothing leave that may have left already.
"""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from marketingconnect.audit.services import record
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending.models import Campaign, HomeDatabase
from marketingconnect.sending.services.campaigns import SENDER, pause_each
from marketingconnect.sending.states import CampaignState

FROM_A_COPY: Final = non_breaking(
    "La base de données vient d’être restaurée ou déplacée, et peut ignorer des envois déjà faits :"
    " une personne le vérifie avant de laisser partir la suite."
)
_IDENTITY: Final = """
SELECT concat_ws('/', system_identifier, oid, left(pg_walfile_name(pg_current_wal_lsn()), 8))
FROM pg_control_system(), pg_database
WHERE datname = current_database()
"""
# The name of a WAL file begins with the timeline, which changes with the first record that follows
# a promotion; what pg_control tells of it waits for a checkpoint.


@transaction.atomic
def recognise_database(*, now: datetime) -> bool:
    """Whether it is another than before: then all that runs is paused, until staff resumes it.

    Campaigns that are due by now and have not begun are for `pause_late`. In one transaction: no
    sender can claim anything in between, for each recognises before it takes.
    """
    identity = _identity()
    home, is_first = HomeDatabase.objects.get_or_create(pk=1, defaults={"identity": identity})
    home = HomeDatabase.objects.select_for_update().get(pk=home.pk)
    if is_first or home.identity == identity:
        return False
    record(
        action="sending.database_changed",
        actor=SENDER,
        company_id=None,
        subject="database",
        at=now,
        before={"database": home.identity},
        after={"database": identity},
    )
    HomeDatabase.objects.filter(pk=home.pk).update(identity=identity, moved_at=now)
    running = Campaign.objects.filter(state=CampaignState.RUNNING).order_by("pk")
    pause_each(running.values_list("pk", flat=True), reason=FROM_A_COPY, now=now)
    return True


def moved_at() -> datetime | None:
    """When the senders last found themselves in another database; None when they never did."""
    return HomeDatabase.objects.values_list("moved_at", flat=True).first()


def _identity() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITY)
        (identity,) = cursor.fetchone()
    return str(identity)
