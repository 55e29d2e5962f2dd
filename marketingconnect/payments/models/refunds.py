"""Money given back to clients (remboursements): planned, then paid or dropped."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import Order
from marketingconnect.payments.states import REFUND_METHODS, RefundSource, RefundState


class Refund(models.Model):
    """What a client is owed and gets back. While it is to pay, what it gives back is set apart."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    """The order paid too much, or that of the credit note."""
    source = models.CharField(max_length=12, choices=[(s.value, s.value) for s in RefundSource])
    credit_note = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="refunds")
    cents = models.BigIntegerField()
    method = models.CharField(max_length=12, choices=[(m.value, m.value) for m in REFUND_METHODS])
    iban = models.CharField(max_length=34, blank=True)
    """Where a transfer goes; a card gets its money back where it came from."""
    reason = models.CharField(max_length=300)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in RefundState],
        default=RefundState.TO_PAY,
    )
    reference = models.CharField(max_length=80, blank=True)
    """The bank's or the provider's, once paid."""
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    """Who recorded that it was paid, or dropped it."""
    dropped_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in RefundState]), name="refund_state"
            ),
            models.CheckConstraint(
                condition=models.Q(source=RefundSource.CREDIT_NOTE, credit_note__isnull=False)
                | models.Q(source=RefundSource.OVERPAYMENT, credit_note__isnull=True),
                name="a_refund_says_of_what",
            ),
            models.CheckConstraint(
                condition=models.Q(method="transfer") & ~models.Q(iban="")
                | models.Q(method="card", iban=""),
                name="a_transfer_goes_to_an_account",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RefundState.PAID, paid_on__isnull=False)
                & ~models.Q(reference="")
                | ~models.Q(state=RefundState.PAID) & models.Q(paid_on__isnull=True, reference=""),
                name="a_refund_paid_has_its_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["planned_at"],
                condition=models.Q(state=RefundState.TO_PAY),
                name="refunds_to_pay",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """`RB-000012`, named to the client and in the books."""
        return f"RB-{self.pk:06d}"
