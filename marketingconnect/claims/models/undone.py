"""What accounting decided of the work that an order ended before doing."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import Order


class UndoneDecision(models.Model):
    """One an order that ended: a credit note, or nothing and why."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="undone_decision")
    credit_note = models.OneToOneField(Invoice, models.PROTECT, null=True, related_name="+")
    """None when nothing is given back."""
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="an_undone_decision_has_its_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}"
