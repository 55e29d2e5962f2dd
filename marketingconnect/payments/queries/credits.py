"""Credit notes that a client may still spend (CGV CL.6)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import credit_notes_of, remaining_of
from marketingconnect.kernel.money import Money
from marketingconnect.payments.models import Payment, Refund
from marketingconnect.payments.queries.balances import paid_for
from marketingconnect.payments.rules import overpaid
from marketingconnect.payments.states import RefundState


@dataclass(frozen=True)
class Credit:
    """A credit note and what remains of it, TTC."""

    note: Invoice
    unused: Money


def credits_of(company_id: int) -> list[Credit]:
    """A company's credit notes that still have something to spend, oldest first.

    A credit note on what was never paid only lowers what is due: it gives nothing to spend. What
    is planned to be given back is no longer there.
    """
    return [credit for credit in _left(company_id) if credit.unused > Money.zero]


def left_of_note(note: Invoice) -> Money:
    """What is left of one credit note; negative when the bank took back what it gave to spend."""
    left = (credit.unused for credit in _left(note.company_id) if credit.note.pk == note.pk)
    return next(left, Money.zero)


def credit_of(company_id: int) -> Money:
    """CGV CL.6: what a company may set against its next invoices, TTC."""
    return Money.total(credit.unused for credit in credits_of(company_id))


def _left(company_id: int) -> Iterator[Credit]:
    notes = credit_notes_of(company_id).order_by("issued_at", "pk")
    used = Counter(_sums(Payment.objects.filter(credit_note__in=notes)))
    used.update(
        _sums(Refund.objects.filter(credit_note__in=notes).exclude(state=RefundState.CANCELLED))
    )
    overpaid_by: dict[int, Money] = {}
    for note in notes:
        if note.corrects is None:
            continue
        left = overpaid_by.setdefault(
            note.corrects.pk,
            overpaid(due=remaining_of(note.corrects).total, received=paid_for(note.corrects)),
        )
        given = min(Money(-note.total_cents), left)
        overpaid_by[note.corrects.pk] = left - given
        yield Credit(note, given - Money(used[note.pk]))


def _sums(rows: QuerySet[Any]) -> dict[int, int]:
    sums = rows.order_by().values("credit_note").annotate(sum=Sum("cents"))
    return dict(sums.values_list("credit_note", "sum"))
