"""What is agreed with one client: instalments of an order, and who must pay by transfer."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.orders.models import Order


class Instalment(models.Model):
    """One date of an order's schedule (échéancier) and what is to be paid by then, TTC."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField(db_index=True)
    cents = models.BigIntegerField()

    class Meta:
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_instalment_a_number"),
            models.UniqueConstraint(fields=["order", "due_on"], name="one_instalment_a_day"),
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="instalment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.number}"


class TransferRequirement(models.Model):
    """Whether this client pays large orders by transfer, from a day on: the latest row holds."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="transfer_requirements")
    in_force_from = models.DateField()
    applies = models.BooleanField()
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["company", "in_force_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "in_force_from"], name="one_transfer_requirement_a_day"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="a_transfer_requirement_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.in_force_from}"
