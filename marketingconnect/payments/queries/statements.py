"""Files of the bank that were taken in, and what became of their movements."""

from datetime import date

from django.db.models import Count, Max, Min, Q, QuerySet

from marketingconnect.payments.models import BankEntry, BankStatement
from marketingconnect.payments.states import EntryKind, EntryState

_WAITS = Q(entries__state=EntryState.WAITING)
_CAME_IN = Q(entries__kind=EntryKind.TRANSFER)


def statements() -> QuerySet[BankStatement]:
    """Every file, the latest first, with the count of its movements and of those that wait."""
    return (
        BankStatement.objects.select_related("imported_by")
        .annotate(
            told=Count("entries"),
            waiting=Count("entries", filter=_WAITS),
            by_itself=Count("entries", filter=Q(entries__state=EntryState.MATCHED)),
            returned=Count("entries", filter=~_CAME_IN & Q(entries__isnull=False)),
            first_on=Min("entries__booked_on"),
            last_on=Max("entries__booked_on"),
        )
        .order_by("-pk")
    )


def statement_of(statement_id: int) -> BankStatement | None:
    """One file, with its counts."""
    return statements().filter(pk=statement_id).first()


def statement_with(sha256: str) -> BankStatement | None:
    """The file of these bytes, if it came before."""
    return BankStatement.objects.filter(sha256=sha256).first()


def entries_of(statement: BankStatement) -> QuerySet[BankEntry]:
    """The movements that a file told first, in the order of the bank."""
    return (
        BankEntry.objects.filter(statement=statement)
        .select_related("order__company", "invoice", "decided_by")
        .order_by("pk")
    )


def figures_of(statement: BankStatement) -> dict[str, int]:
    """How the transfers of a file fitted when it came, by kind of match, and its returns."""
    entries = BankEntry.objects.filter(statement=statement)
    came_in = entries.filter(kind=EntryKind.TRANSFER).values_list("match").annotate(Count("pk"))
    counts = dict(came_in.order_by().values_list("match", "pk__count"))
    return {**counts, "returns": entries.filter(kind=EntryKind.RETURN).count()}


def last_day_told() -> date | None:
    """The day of the latest movement that a bank told."""
    found: date | None = BankEntry.objects.aggregate(last=Max("booked_on"))["last"]
    return found
