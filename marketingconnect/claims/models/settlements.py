"""What a rental finally costs, once its quantity is known."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.claims.rules.settlement import Decision, Outcome
from marketingconnect.claims.states import SettlementState
from marketingconnect.invoices.models import Invoice
from marketingconnect.offers.list_rental.models import ListRental


class Settlement(models.Model):
    """One a rental. `document` is the credit note or the balance invoice, when there is one."""

    rental = models.OneToOneField(ListRental, models.PROTECT, related_name="settlement")
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in SettlementState])
    ordered = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in Outcome])
    unit_price = models.DecimalField(max_digits=12, decimal_places=4)
    """Euros HT of the line's unit, that of the order unless a new agreement says otherwise."""
    settled_cents = models.BigIntegerField(null=True)
    """The final price HT of the line."""
    document = models.OneToOneField(Invoice, models.PROTECT, null=True, related_name="settlement")
    decision = models.CharField(
        max_length=16, blank=True, choices=[(d.value, d.value) for d in Decision]
    )
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in SettlementState]),
                name="settlement_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SettlementState.SETTLED)
                | models.Q(settled_cents__isnull=False, settled_at__isnull=False),
                name="settled_with_a_price",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="")
                | ~models.Q(reason="") & models.Q(decided_by__isnull=False),
                name="a_decision_has_its_reason_and_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rental}: {self.state}"
