"""Slips (bordereaux de remise) by which cheques go to the bank, and what became of each."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.payments.models.receipts import Payment
from marketingconnect.payments.states import ChequeState


class ChequeRemittance(models.Model):
    """One slip, with the cheques it lists."""

    remitted_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """`RC-000012`, printed on the slip."""
        return f"RC-{self.pk:06d}"


class RemittedCheque(models.Model):
    """A cheque on its slip; on one slip only, since a receipt has one row here."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="cheque")
    remittance = models.ForeignKey(ChequeRemittance, models.PROTECT, related_name="cheques")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in ChequeState],
        default=ChequeState.REMITTED,
    )
    settled_on = models.DateField(null=True)
    """The bank's day: cleared, or returned."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ChequeState]), name="cheque_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ChequeState.REMITTED, settled_on__isnull=True)
                | ~models.Q(state=ChequeState.REMITTED) & models.Q(settled_on__isnull=False),
                name="a_cheque_settled_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remittance} {self.payment}"
