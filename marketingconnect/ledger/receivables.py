"""What clients owe on a day: documents late, with their penalties, and the ageing balance.

A document paid by instalments is due bit by bit: what came pays the oldest first.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Max, Min, Q, QuerySet, Sum

from marketingconnect.accounts.models import Company
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.chart import shipped_chart
from marketingconnect.ledger.models import Entry, Line
from marketingconnect.ledger.rules.late_payment import (
    Age,
    Change,
    age,
    days_late,
    late_penalty,
    recovery_indemnity,
    unpaid_by_date,
)
from marketingconnect.ledger.states import ActKind, Role
from marketingconnect.terms.law import Fact
from marketingconnect.terms.queries import law

_AMOUNT = F("debit_cents") - F("credit_cents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A document still unpaid after its due date, and what it costs on the day asked."""

    company: Company
    document: str
    due_on: date
    """The oldest instalment that did not come whole."""
    days: int
    unpaid: Money
    """What is late; instalments to come are not."""
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


@dataclass(slots=True)
class _Document:
    """What a document asks, by date, and how what it asks changed, known on a day."""

    asked: list[tuple[date, Money]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    bears_penalties: bool = True

    @property
    def unpaid(self) -> Sequence[tuple[date, Money]]:
        balance = Money.total(change.amount for change in self.changes)
        return unpaid_by_date(asked=self.asked, balance=balance)

    def charges(self, on: date, facts: Sequence[Fact]) -> tuple[Money, Money]:
        """Penalties on all that is late; one indemnity, whichever instalment was."""
        if not self.asked or not self.bears_penalties:
            return Money.zero, Money.zero
        days = sorted({day for day, _ in self.asked})
        penalty = late_penalty(changes=self.changes, due_on=days[0], on=on, facts=facts)
        indemnities = (
            recovery_indemnity(changes=self.changes, due_on=day, on=on, facts=facts) for day in days
        )
        return penalty, next((one for one in indemnities if one.cents), Money.zero)


def overdue_documents(on: date, *, company_id: int | None = None) -> list[Overdue]:
    """CGV II.2.a: what is late on a day, the oldest first, with its penalties and indemnity."""
    to_come = Sum("debit_cents", filter=Q(due_on__gte=on), default=0)
    documents = _documents(on, company_id).annotate(late=F("balance") - to_come)
    rows = list(documents.filter(first__lt=on, late__gt=0))
    facts = law()
    known = _known(on, [(row["company"], row["document"]) for row in rows])
    companies = _companies(row["company"] for row in rows)
    late = [
        _overdue(
            companies[row["company"]],
            row["document"],
            known[row["company"], row["document"]],
            on,
            facts,
        )
        for row in rows
    ]
    return sorted(late, key=lambda one: (one.due_on, one.document))


def ageing_balance(on: date) -> list[AgedBalance]:
    """CGV II.2.a: who owes or is owed something on a day, by name (balance âgée)."""
    rows = list(_documents(on, None).exclude(balance=0))
    companies = _companies(row["company"] for row in rows)
    aged = {pk: AgedBalance(company) for pk, company in companies.items()}
    in_parts = [(row["company"], row["document"]) for row in rows if row["first"] != row["due"]]
    known = _known(on, in_parts)
    for row in rows:
        client, balance = aged[row["company"]], Money(row["balance"])
        if balance < Money.zero:
            client.credit = client.credit + balance
            continue
        document = known.get((row["company"], row["document"]))
        for day, unpaid in document.unpaid if document else [(row["due"] or on, balance)]:
            found = age(due_on=day, on=on)
            client.by_age[found] = client.by_age[found] + unpaid
    return sorted(aged.values(), key=lambda one: (one.company.legal_name, one.company.pk))


def late_charges(company_id: int, document: str, on: date) -> tuple[Money, Money]:
    """CGV II.2.a: penalties and indemnity of a document up to a day, also one paid since.

    A document that asks penalties bears none.
    """
    found = _known(on, [(company_id, document)]).get((company_id, document))
    return (Money.zero, Money.zero) if found is None else found.charges(on, law())


def _documents(on: date, company_id: int | None) -> QuerySet[Any, Any]:
    of_day = Q(entry__piece_date__lte=on, company__isnull=False)
    if company_id is not None:
        of_day &= Q(company_id=company_id)
    documents = Line.objects.filter(of_day).order_by().values("company", "document")
    return documents.annotate(balance=Sum(_AMOUNT), due=Max("due_on"), first=Min("due_on"))


def _known(on: date, documents: Sequence[tuple[int, str]]) -> dict[tuple[int, str], _Document]:
    """What is known of documents on a day.

    What each asks counts from the day it is due. What a credit note takes back was never owed: it
    counts from the start. Money that the bank took back was never paid: it is undone from the day
    it came.
    """
    lines = Line.objects.filter(
        company__in={company for company, _ in documents},
        document__in={document for _, document in documents},
        entry__piece_date__lte=on,
    )
    found: dict[tuple[int, str], _Document] = defaultdict(_Document)
    for company, document, kind, due_on, day, taken_back, debit, credit in lines.values_list(
        "company",
        "document",
        "entry__kind",
        "due_on",
        "entry__piece_date",
        "entry__reverses__piece_date",
        "debit_cents",
        "credit_cents",
    ):
        amount, known = Money(debit - credit), found[company, document]
        counted = date.min if kind == ActKind.CREDIT_NOTE else due_on or taken_back or day
        known.changes.append(Change(counted, amount))
        if due_on is not None:
            known.asked.append((due_on, amount))
    for company, document in _asking_penalties(found):
        found[company, document].bears_penalties = False
    return found


def _asking_penalties(documents: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those that ask penalties and indemnities: they bear none themselves."""
    accounts = {one.number for one in shipped_chart() if one.role is Role.PENALTIES}
    wanted = set(documents)
    asking = Entry.objects.filter(
        kind=ActKind.INVOICE,
        piece_ref__in={document for _, document in wanted},
        company__in={company for company, _ in wanted},
        lines__account__in=accounts,
    )
    return wanted & set(asking.values_list("company_id", "piece_ref"))


def _companies(pks: Iterable[int]) -> dict[int, Company]:
    return Company.objects.in_bulk(set(pks))


def _overdue(
    company: Company, document: str, known: _Document, on: date, facts: Sequence[Fact]
) -> Overdue:
    late = [(day, unpaid) for day, unpaid in known.unpaid if day < on]
    penalty, indemnity = known.charges(on, facts)
    return Overdue(
        company=company,
        document=document,
        due_on=late[0][0],
        days=days_late(due_on=late[0][0], on=on),
        unpaid=Money.total(unpaid for _, unpaid in late),
        penalty=penalty,
        indemnity=indemnity,
    )
