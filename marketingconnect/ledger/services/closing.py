"""Close a month: its entries get their numbers, and nothing can be dated in it any more."""

from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import hold, record
from marketingconnect.clock import paris_date
from marketingconnect.ledger.errors import ClosingRefusedError
from marketingconnect.ledger.models import ClosedMonth
from marketingconnect.ledger.queries import first_entry_day, last_closed_month
from marketingconnect.ledger.rules.closing import is_over, month_to_close, next_month

_KEEP_THE_MONTHS: Final = "select pg_advisory_xact_lock(hashtext('ledger.closing'))"
# The last number of a year is read once, before any row is added: asked again for each row, it
# would walk over all those that this statement has just added.
_NUMBER: Final = """
with waiting as materialized (
  select e.id, extract(year from e.date)::int as year,
         row_number() over (partition by extract(year from e.date) order by e.date, e.id) as place
    from ledger_entry e left join ledger_validation v on v.entry_id = e.id
   where v.entry_id is null and e.date < %(before)s),
given as materialized (
  select asked.year, coalesce((select max(number) from ledger_validation earlier
                                where earlier.year = asked.year), 0) as last
    from (select distinct year from waiting) asked)
insert into ledger_validation (entry_id, year, number, validated_on)
select waiting.id, waiting.year, waiting.place + given.last, %(on)s
  from waiting join given on given.year = waiting.year
"""
_FIGURES: Final = """
select count(distinct e.id), coalesce(sum(l.debit_cents), 0)
  from ledger_entry e join ledger_line l on l.entry_id = e.id
 where e.date >= %s and e.date < %s
"""


@transaction.atomic
def close_month(month: date, *, by: User, now: datetime) -> ClosedMonth:
    """CGV II.2.a: freeze the month that follows the last one closed, whatever it holds.

    `month` is its first day. Entries are numbered in order of day. Raises ClosingRefusedError for
    somebody else than accounting, another month, or one that is not over.
    """
    if by.staff_role != StaffRole.ACCOUNTING:
        raise ClosingRefusedError("Seule la comptabilité clôture un mois.")
    # The journal first, as every act does: see `posting`.
    hold()
    today = paris_date(now)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_THE_MONTHS)
        _check_order(month, today)
        cursor.execute(_NUMBER, {"on": today, "before": next_month(month)})
        cursor.execute(_FIGURES, [month, next_month(month)])
        entries, debit = cursor.fetchone() or (0, 0)
    closed = ClosedMonth.objects.create(
        month=month,
        entries=entries,
        debit_cents=int(debit),
        closed_by=by,
        closed_on=today,
        closed_at=now,
    )
    _journal(closed, by, now)
    return closed


def _check_order(month: date, today: date) -> None:
    expected = month_to_close(last_closed=last_closed_month(), first_entry=first_entry_day())
    if expected is None:
        raise ClosingRefusedError("Il n’y a encore aucune écriture à clôturer.")
    if month != expected:
        raise ClosingRefusedError(f"Le prochain mois à clôturer est {expected:%m/%Y}.")
    if not is_over(month=month, today=today):
        raise ClosingRefusedError(f"Le mois {month:%m/%Y} n’est pas terminé.")


def _journal(closed: ClosedMonth, by: User, now: datetime) -> None:
    record(
        action="ledger.month_closed",
        actor=Actor.staff(by.pk, by.full_name),
        company_id=None,
        subject=f"ledger:{closed.month:%Y-%m}",
        at=now,
        after={
            "month": closed.month,
            "entries": closed.entries,
            "debit_cents": closed.debit_cents,
        },
    )
