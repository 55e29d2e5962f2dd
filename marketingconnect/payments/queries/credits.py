"""Credit notes that a client may still spend (CGV CL.6)."""

from dataclasses import dataclass

from django.db.models import Sum

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import credit_notes_of, remaining_of
from marketingconnect.kernel.money import Money
from marketingconnect.payments.models import Payment
from marketingconnect.payments.queries.balances import paid_for
from marketingconnect.payments.rules import overpaid


@dataclass(frozen=True)
class Credit:
    """A credit note and what remains of it, TTC."""

    note: Invoice
    unused: Money


def credits_of(company_id: int) -> list[Credit]:
    """A company's credit notes that still have something to spend, oldest first.

    A credit note on what was never paid only lowers what is due: it gives nothing to spend.
    """
    notes = credit_notes_of(company_id).order_by("issued_at", "pk")
    spent = dict(
        Payment.objects.filter(credit_note__in=notes)
        .values("credit_note")
        .annotate(sum=Sum("cents"))
        .values_list("credit_note", "sum")
    )
    overpaid_by: dict[int, Money] = {}
    credits = []
    for note in notes:
        if note.corrects is None:
            continue
        left = overpaid_by.setdefault(
            note.corrects.pk,
            overpaid(due=remaining_of(note.corrects).total, received=paid_for(note.corrects)),
        )
        given = min(Money(-note.total_cents), left)
        overpaid_by[note.corrects.pk] = left - given
        unused = given - Money(spent.get(note.pk, 0))
        if unused > Money.zero:
            credits.append(Credit(note, unused))
    return credits


def credit_of(company_id: int) -> Money:
    """CGV CL.6: what a company may set against its next invoices, TTC."""
    return Money.total(credit.unused for credit in credits_of(company_id))
