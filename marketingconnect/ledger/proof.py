"""Prove the ledger by itself: balanced, whole, numbered without a gap, closed months untouched."""

from collections.abc import Iterator
from typing import Final

from django.db import connection

_CHECKS: Final = (
    (
        "l’écriture {} ne s’équilibre pas",
        "select min(source) from (select e.source from ledger_entry e"
        " join ledger_line l on l.entry_id = e.id group by e.id"
        " having sum(l.debit_cents) <> sum(l.credit_cents)) unbalanced having count(*) > 0",
    ),
    (
        "l’écriture {} n’a aucune ligne",
        "select min(e.source) from ledger_entry e left join ledger_line l on l.entry_id = e.id"
        " where l.id is null having count(*) > 0",
    ),
    (
        "la numérotation de {} a un trou",
        "select year from ledger_validation group by year"
        " having max(number) <> count(*) or min(number) <> 1 order by year limit 1",
    ),
    (
        "l’écriture {} n’est pas numérotée dans l’ordre des jours",
        "select source from (select e.source, e.date, v.year,"
        " lag(e.date) over (partition by v.year order by v.number) as before"
        " from ledger_validation v join ledger_entry e on e.id = v.entry_id) numbered"
        " where date < before or year <> extract(year from date) order by date limit 1",
    ),
    (
        "l’écriture {} est dans un mois clôturé sans avoir de numéro",
        "select min(e.source) from ledger_entry e"
        " left join ledger_validation v on v.entry_id = e.id where v.entry_id is null and e.date <"
        " (select max(month) + interval '1 month' from ledger_closedmonth) having count(*) > 0",
    ),
    (
        "il manque la clôture du mois qui suit {}",
        "select to_char(month, 'MM/YYYY') from (select month,"
        " lead(month) over (order by month) as following from ledger_closedmonth) months"
        " where following <> month + interval '1 month' order by month limit 1",
    ),
    (
        "le mois {} n’a plus les chiffres de sa clôture",
        "select to_char(m.month, 'MM/YYYY') from ledger_closedmonth m left join lateral ("
        " select count(distinct e.id) as entries, coalesce(sum(l.debit_cents), 0) as debit"
        " from ledger_entry e join ledger_line l on l.entry_id = e.id"
        " where e.date >= m.month and e.date < m.month + interval '1 month') found on true"
        " where (found.entries, found.debit) is distinct from (m.entries, m.debit_cents)"
        " order by m.month limit 1",
    ),
)


def faults() -> Iterator[str]:
    """CGV II.2.a: what does not hold, in plain French, the first case of each; nothing if all does.

    The triggers refuse each of these: a fault means that somebody went round them.
    """
    yield from first_cases(_CHECKS)


def first_cases(checks: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """For each query that finds something, its sentence with what it found."""
    with connection.cursor() as cursor:
        for sentence, sql in checks:
            cursor.execute(sql)
            if row := cursor.fetchone():
                yield sentence.format(*row)
