"""Prove that the ledger says what the documents say: each is booked, each client owes its sum."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection

from marketingconnect.ledger import proof

# Aggregates rather than the first row found: PostgreSQL then joins by hashing, in linear time.
_CHECKS: Final = (
    (
        "le document {} n’est pas comptabilisé",
        "select min(i.number) from invoices_invoice i left join ledger_entry e"
        " on e.source = 'invoice:' || i.id where i.total_cents <> 0 and e.id is null"
        " having count(*) > 0",
    ),
    (
        "le règlement {} n’est pas comptabilisé",
        "select min(p.provider || ' ' || p.provider_ref) from payments_payment p"
        " left join ledger_entry e on e.source = 'payment:' || p.id"
        " where p.validated_on is not null and e.id is null having count(*) > 0",
    ),
    (
        "le règlement {} repris par la banque compte encore",
        "select min(p.provider || ' ' || p.provider_ref) from payments_payment p"
        " left join ledger_entry e on e.source = 'payment:' || p.id"
        " left join ledger_entry mirror on mirror.reverses_id = e.id"
        " where p.validated_on is not null and p.reversed_on is not null and mirror.id is null"
        " having count(*) > 0",
    ),
    (
        "le remboursement {} n’est pas comptabilisé",
        "select min(r.id) from payments_refund r"
        " left join ledger_entry e on e.source = 'refund:' || r.id"
        " where r.state = 'paid' and e.id is null having count(*) > 0",
    ),
    (
        "la perte ou l’écart {} n’est pas comptabilisé",
        "select min(w.id) from payments_writeoff w left join ledger_entry e"
        " on e.source in ('write_off:' || w.id, 'difference:' || w.id)"
        " where e.id is null having count(*) > 0",
    ),
    (
        "l’écriture {} n’a plus de document",
        "select min(e.source) from ledger_entry e left join ("
        " select 'invoice:' || id as source from invoices_invoice"
        " union all select 'payment:' || id from payments_payment"
        " union all select 'refund:' || id from payments_refund where state = 'paid'"
        " union all select 'write_off:' || id from payments_writeoff where kind = 'bad_debt'"
        " union all select 'difference:' || id from payments_writeoff"
        " where kind = 'small_difference') documents"
        " on documents.source = e.source where documents.source is null and e.reverses_id is null"
        " and split_part(e.source, ':', 1)"
        " in ('invoice', 'payment', 'refund', 'write_off', 'difference') having count(*) > 0",
    ),
    (
        "l’écriture {} n’a pas le montant de son document",
        "select min(e.source) from ledger_entry e join ("
        " select 'invoice:' || id as source, total_cents as cents from invoices_invoice"
        " union all select 'payment:' || id,"
        " case when credit_note_id is null then -cents else 0 end from payments_payment"
        " union all select 'refund:' || id, cents from payments_refund"
        " union all select 'write_off:' || id, -cents from payments_writeoff"
        " union all select 'difference:' || id, -cents from payments_writeoff) documents"
        " on documents.source = e.source left join ("
        " select entry_id, sum(debit_cents - credit_cents) as cents from ledger_line"
        " where company_id is not null group by entry_id) owed on owed.entry_id = e.id"
        " where coalesce(owed.cents, 0) <> documents.cents having count(*) > 0",
    ),
    (
        "le client {} doit {} centimes d’après ses documents et {} d’après les comptes",
        # A reversal is a document of its own: its entry.
        "with owed as ("
        " select company_id, total_cents as cents from invoices_invoice"
        " union all select o.company_id, -p.cents from payments_payment p"
        " join orders_order o on o.id = p.order_id"
        " where p.validated_on is not null and p.credit_note_id is null"
        " union all select company_id, cents from payments_refund where state = 'paid'"
        " union all select company_id, -cents from payments_writeoff"
        " union all select l.company_id, l.debit_cents - l.credit_cents"
        " from ledger_line l join ledger_entry e on e.id = l.entry_id"
        " where l.company_id is not null and e.kind = 'reversal'"
        "), documents as (select company_id, sum(cents) as cents from owed group by company_id),"
        " booked as (select company_id, sum(debit_cents - credit_cents) as cents from ledger_line"
        " where company_id is not null group by company_id)"
        " select c.reference, coalesce(d.cents, 0), coalesce(b.cents, 0) from documents d"
        " full join booked b using (company_id) join accounts_company c on c.id = company_id"
        " where coalesce(d.cents, 0) <> coalesce(b.cents, 0) order by company_id limit 1",
    ),
)
_FIGURES: Final = (
    "select (select count(*) from ledger_entry), (select count(*) from ledger_line),"
    " (select coalesce(sum(debit_cents), 0) from ledger_line),"
    " (select count(distinct company_id) from ledger_line)"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was proved. Cents."""

    entries: int
    lines: int
    debit_cents: int
    clients: int


def faults() -> Iterator[str]:
    """CGV II.2.a: what does not hold between the ledger and the documents, in plain French."""
    yield from proof.faults()
    yield from proof.first_cases(_CHECKS)


def figures() -> Figures:
    """How much the ledger holds."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES)
        return Figures(*(int(value) for value in cursor.fetchone() or (0, 0, 0, 0)))
