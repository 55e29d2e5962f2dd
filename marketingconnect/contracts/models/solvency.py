"""Guarantees asked of a client whose ability to pay is in doubt."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.contracts.rules.solvency import Guarantee
from marketingconnect.contracts.states import SolvencyState
from marketingconnect.orders.models import Order


class SolvencyCheck(models.Model):
    """One an order, from the day its client is told."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="solvency_check")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in SolvencyState],
        default=SolvencyState.ASKED,
    )
    guarantees = models.JSONField()
    """Codes of what the client may provide."""
    reason = models.CharField(max_length=300)
    answer_by = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    offered = models.CharField(max_length=20, blank=True)
    """Code of the guarantee that the client says it gives; empty until it does."""
    offered_words = models.CharField(max_length=300, blank=True)
    offered_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in SolvencyState]),
                name="solvency_state",
            )
        ]

    @property
    def offered_label(self) -> str:
        """The guarantee that the client says it gives, in words."""
        return Guarantee(self.offered).label if self.offered else ""

    def __str__(self) -> str:
        return f"{self.order}: {self.state}"
