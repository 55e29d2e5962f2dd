"""What clients owe on a day: documents late, with their penalties, and the ageing balance."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum

from marketingconnect.accounts.models import Company
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.models import Line
from marketingconnect.ledger.rules.late_payment import (
    Age,
    Change,
    age,
    days_late,
    late_penalty,
    recovery_indemnity,
)
from marketingconnect.ledger.states import ActKind
from marketingconnect.terms.law import Fact
from marketingconnect.terms.queries import law

_AMOUNT = F("debit_cents") - F("credit_cents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A document still unpaid after its due date, and what it costs on the day asked."""

    company: Company
    document: str
    due_on: date
    days: int
    unpaid: Money
    penalty: Money
    indemnity: Money

    @property
    def total(self) -> Money:
        return self.unpaid + self.penalty + self.indemnity


@dataclass(slots=True)
class AgedBalance:
    """What a client owes by age, and what is owed to it; `total` is its balance."""

    company: Company
    by_age: dict[Age, Money] = field(default_factory=lambda: dict.fromkeys(Age, Money.zero))
    credit: Money = Money.zero
    """Deposits and credits, negative."""

    @property
    def total(self) -> Money:
        return Money.total([*self.by_age.values(), self.credit])


def overdue_documents(on: date, *, company_id: int | None = None) -> list[Overdue]:
    """CGV II.2.a: what is late on a day, the oldest first, with its penalties and indemnity."""
    late = _documents(on, company_id).filter(due__lt=on, balance__gt=0)
    rows = list(late.order_by("due", "document"))
    facts = law()
    changes = _changes(on, [(row["company"], row["document"]) for row in rows])
    companies = _companies(row["company"] for row in rows)
    return [
        _overdue(
            companies[row["company"]],
            row["document"],
            row["due"],
            on,
            changes[row["company"], row["document"]],
            facts,
        )
        for row in rows
    ]


def ageing_balance(on: date) -> list[AgedBalance]:
    """CGV II.2.a: who owes or is owed something on a day, by name (balance âgée)."""
    rows = list(_documents(on, None).exclude(balance=0))
    companies = _companies(row["company"] for row in rows)
    aged = {pk: AgedBalance(company) for pk, company in companies.items()}
    for row in rows:
        client, balance = aged[row["company"]], Money(row["balance"])
        if balance < Money.zero:
            client.credit = client.credit + balance
            continue
        found = age(due_on=row["due"] or on, on=on)
        client.by_age[found] = client.by_age[found] + balance
    return sorted(aged.values(), key=lambda one: (one.company.legal_name, one.company.pk))


def late_charges(company_id: int, document: str, on: date) -> tuple[Money, Money]:
    """CGV II.2.a: penalties and indemnity of a document up to a day, also one paid since."""
    due = Line.objects.filter(company_id=company_id, document=document).aggregate(due=Max("due_on"))
    if due["due"] is None:
        return Money.zero, Money.zero
    changes = _changes(on, [(company_id, document)])[company_id, document]
    facts, day = law(), due["due"]
    return (
        late_penalty(changes=changes, due_on=day, on=on, facts=facts),
        recovery_indemnity(changes=changes, due_on=day, on=on, facts=facts),
    )


def _documents(on: date, company_id: int | None) -> QuerySet[Any, Any]:
    of_day = Q(entry__piece_date__lte=on, company__isnull=False)
    if company_id is not None:
        of_day &= Q(company_id=company_id)
    documents = Line.objects.filter(of_day).order_by().values("company", "document")
    return documents.annotate(balance=Sum(_AMOUNT), due=Max("due_on"))


def _changes(on: date, documents: Sequence[tuple[int, str]]) -> dict[tuple[int, str], list[Change]]:
    """How what each document asks changed, known on a day.

    What a credit note takes back was never owed: it counts from the start. Money that the bank took
    back was never paid: it is undone from the day it came.
    """
    lines = Line.objects.filter(
        company__in={company for company, _ in documents},
        document__in={document for _, document in documents},
        entry__piece_date__lte=on,
    )
    found: dict[tuple[int, str], list[Change]] = defaultdict(list)
    for company, document, kind, day, taken_back, debit, credit in lines.values_list(
        "company",
        "document",
        "entry__kind",
        "entry__piece_date",
        "entry__reverses__piece_date",
        "debit_cents",
        "credit_cents",
    ):
        counted = date.min if kind == ActKind.CREDIT_NOTE else taken_back or day
        found[company, document].append(Change(counted, Money(debit - credit)))
    return found


def _companies(pks: Iterable[int]) -> dict[int, Company]:
    return Company.objects.in_bulk(set(pks))


def _overdue(
    company: Company,
    document: str,
    due_on: date,
    on: date,
    changes: Sequence[Change],
    facts: Sequence[Fact],
) -> Overdue:
    return Overdue(
        company=company,
        document=document,
        due_on=due_on,
        days=days_late(due_on=due_on, on=on),
        unpaid=Money.total(change.amount for change in changes),
        penalty=late_penalty(changes=changes, due_on=due_on, on=on, facts=facts),
        indemnity=recovery_indemnity(changes=changes, due_on=due_on, on=on, facts=facts),
    )
