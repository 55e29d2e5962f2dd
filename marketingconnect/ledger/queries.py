"""Reads of the ledger. A balance is always the sum of its lines."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Sum

from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import ClosedMonth, Entry, Line
from marketingconnect.ledger.states import ActKind

_BALANCE = Sum(F("debit_cents") - F("credit_cents"))


def last_closed_month() -> date | None:
    """The first day of the latest month closed."""
    return ClosedMonth.objects.order_by("-month").values_list("month", flat=True).first()


def closed_months() -> QuerySet[ClosedMonth]:
    """The months closed, the latest first."""
    return ClosedMonth.objects.select_related("closed_by").order_by("-month")


def first_entry_day() -> date | None:
    """The day of the oldest entry."""
    return Entry.objects.order_by("date", "pk").values_list("date", flat=True).first()


def balance_of_client(company_id: int) -> Money:
    """What a client owes; negative for what is owed to it (deposits and credits included)."""
    lines = Line.objects.filter(company_id=company_id)
    return Money(lines.aggregate(balance=_BALANCE)["balance"] or 0)


def balances_of_clients() -> dict[int, Money]:
    """Company -> what it owes, for every company that has an entry."""
    return _sums(Line.objects.filter(company__isnull=False), "company")


def balances_of_documents(company_id: int) -> dict[str, Money]:
    """Invoice or order -> what is still due of it; negative for what it received too much."""
    return _sums(Line.objects.filter(company_id=company_id), "document")


def balances_of_accounts() -> dict[str, Money]:
    """Account -> its balance, debit positive; together they are zero."""
    return _sums(Line.objects.all(), "account")


def balance_of_document(company_id: int, document: str) -> Money:
    """What is still due of an invoice, or what an order keeps (negative) before it is invoiced."""
    lines = Line.objects.filter(company_id=company_id, document=document)
    return Money(lines.aggregate(balance=_BALANCE)["balance"] or 0)


def kept_as_deposit(company_id: int, account: str, order: str) -> Money:
    """What an order still keeps as a deposit, not used by its invoice."""
    lines = Line.objects.filter(company_id=company_id, account=account, document=order)
    return Money(max(-(lines.aggregate(balance=_BALANCE)["balance"] or 0), 0))


def invoice_that_used(company_id: int, account: str, order: str) -> str | None:
    """The number of the latest invoice that used the deposits of an order."""
    used = Line.objects.filter(
        company_id=company_id,
        account=account,
        document=order,
        debit_cents__gt=0,
        entry__kind=ActKind.INVOICE,
    )
    return used.order_by("-entry_id").values_list("entry__piece_ref", flat=True).first()


def _sums(lines: QuerySet[Line], field: str) -> dict[Any, Money]:
    rows = lines.values(field).order_by(field).annotate(balance=_BALANCE)
    return {row[field]: Money(row["balance"]) for row in rows}
