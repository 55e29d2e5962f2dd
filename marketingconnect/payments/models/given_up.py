"""What accounting gives up asking: debts that will not be paid, and small differences."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import Order
from marketingconnect.payments.states import GivenUp


class WriteOff(models.Model):
    """An amount that an invoice no longer asks, or that an order received beyond and we keep.

    Never changed: money that comes after all adds a row the other way (a recovery).
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="write_offs")
    order = models.ForeignKey(Order, models.PROTECT, related_name="write_offs")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="write_offs")
    """The invoice that asks less; none for what an order received too much."""
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in GivenUp])
    cents = models.BigIntegerField()
    """TTC: positive at our cost; negative for what came too much, or came after all."""
    vat_cents = models.BigIntegerField(default=0)
    """Of which VAT that is no longer owed (CGI, art. 272, 1)."""
    reason = models.CharField(max_length=300)
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(cents=0), name="write_off_of_something"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in GivenUp]), name="write_off_kind"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_write_off_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(invoice__isnull=False)
                | models.Q(kind=GivenUp.SMALL_DIFFERENCE, cents__lt=0),
                name="only_an_invoice_is_written_off",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=GivenUp.BAD_DEBT) | models.Q(vat_cents=0),
                name="a_small_difference_has_no_vat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cents}"
