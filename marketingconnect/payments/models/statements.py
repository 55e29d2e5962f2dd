"""Files of the bank (camt.053, camt.054), and each movement that concerns clients, once."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import Order
from marketingconnect.payments.models.receipts import Payment
from marketingconnect.payments.states import EntryKind, EntryState, Match

PLACED = (EntryState.MATCHED, EntryState.ASSIGNED)


class BankStatement(models.Model):
    """One file, known by its bytes: handed in again, it is the same row."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    """`camt.053.001.08`."""
    iban = models.CharField(max_length=34)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class BankEntry(models.Model):
    """A movement as the bank booked it. `statement` is the file that told it first."""

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="entries")
    iban = models.CharField(max_length=34)
    key = models.CharField(max_length=80)
    """The bank's own reference, or a fingerprint (`sha256:…`) when it gives none."""
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in EntryKind])
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in EntryState],
        default=EntryState.WAITING,
    )
    match = models.CharField(max_length=12, choices=[(m.value, m.value) for m in Match])
    cents = models.BigIntegerField()
    booked_on = models.DateField()
    counterparty = models.CharField(max_length=140, blank=True)
    counterparty_iban = models.CharField(max_length=34, blank=True)
    words = models.CharField(max_length=600, blank=True)
    """What the payer wrote, its structured reference first."""
    end_to_end = models.CharField(max_length=35, blank=True)
    return_reason = models.CharField(max_length=4, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="bank_entries")
    """The order it pays, or may pay while it waits."""
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="bank_entries")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="bank_entry")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    """Why it was set aside."""

    class Meta:
        ordering = ["booked_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["iban", "key"], name="a_movement_is_kept_once"),
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="entry_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in EntryState]), name="entry_state"
            ),
            models.CheckConstraint(
                condition=models.Q(match__in=[m.value for m in Match]), name="entry_match"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=EntryKind.TRANSFER)
                | models.Q(state__in=[s.value for s in PLACED], payment__isnull=False)
                | ~models.Q(state__in=[s.value for s in PLACED]) & models.Q(payment__isnull=True),
                name="a_placed_transfer_is_a_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.key}"
