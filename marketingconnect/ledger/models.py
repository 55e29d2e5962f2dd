"""Entries and their lines, the numbers that closing gives them, the months closed.

Nothing here is ever changed or removed: triggers refuse it. A balance is a sum of lines.
"""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.ledger.states import ActKind, Book


class Entry(models.Model):
    """What one act did to the accounts (écriture comptable). Its lines sum to zero."""

    source = models.CharField(max_length=80, unique=True)
    """The act, booked once: `invoice:12`, `payment:7`, `write_off:12`."""
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ActKind])
    book = models.CharField(max_length=2, choices=[(b.value, b.value) for b in Book])
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    """The client; none for what concerns no client, such as a remittance of cheques."""
    date = models.DateField()
    """The accounting day: that of the act, or the first open day when its month was closed."""
    piece_ref = models.CharField(max_length=80)
    """The number of the document, the reference of the payment."""
    piece_date = models.DateField()
    """The day of the act: issue, or reception of the money."""
    label = models.CharField(max_length=200)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    booked_at = models.DateTimeField()

    class Meta:
        ordering = ["date", "pk"]
        indexes = [models.Index(fields=["date", "id"], name="ledger_entries_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in ActKind]), name="entry_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(book__in=[b.value for b in Book]), name="entry_book"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ActKind.REVERSAL, reverses__isnull=False)
                | ~models.Q(kind=ActKind.REVERSAL) & models.Q(reverses__isnull=True),
                name="only_a_reversal_reverses",
            ),
            models.CheckConstraint(
                condition=~models.Q(piece_ref="") & ~models.Q(label=""), name="entry_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.date} {self.label}"


class Line(models.Model):
    """A debit or a credit, in cents, of an account named as it was that day."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=12)
    account_label = models.CharField(max_length=100)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, related_name="+", db_index=False
    )
    """On accounts kept client by client."""
    document = models.CharField(max_length=40, blank=True)
    """The invoice, or the order before it, that a client's line is about."""
    due_on = models.DateField(null=True)
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["entry", "position"]
        indexes = [
            models.Index(
                fields=["company", "document"],
                condition=models.Q(company__isnull=False),
                include=["debit_cents", "credit_cents", "due_on", "account"],
                name="ledger_lines_by_client",
            ),
            models.Index(fields=["account"], name="ledger_lines_by_account"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="one_line_a_position"),
            models.CheckConstraint(
                condition=models.Q(debit_cents__gt=0, credit_cents=0)
                | models.Q(debit_cents=0, credit_cents__gt=0),
                name="line_is_a_debit_or_a_credit",
            ),
            models.CheckConstraint(
                condition=models.Q(company__isnull=True, document="")
                | models.Q(company__isnull=False) & ~models.Q(document=""),
                name="a_client_line_is_about_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit_cents - self.credit_cents}"


class Validation(models.Model):
    """The number that closing gave an entry: from 1 each year, in order of day, without a gap."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="validation")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    validated_on = models.DateField()

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="one_entry_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


class ClosedMonth(models.Model):
    """A month in which nothing can be dated any more (clôture), and the figures it closed with."""

    month = models.DateField(unique=True)
    """Its first day."""
    entries = models.PositiveIntegerField()
    debit_cents = models.BigIntegerField()
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_on = models.DateField()
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["month"]
        constraints = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="closed_month_is_named"),
            models.CheckConstraint(
                condition=models.Q(closed_on__gt=models.F("month")), name="closed_once_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"
