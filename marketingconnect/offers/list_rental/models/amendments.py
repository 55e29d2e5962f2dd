"""Amendments (avenants): a change of use, proposed with its price, accepted by the client."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.offers.list_rental.models.rentals import ListRental
from marketingconnect.offers.list_rental.states import AmendmentState


class Amendment(models.Model):
    """One version of the uses after the order; amounts are cents HT."""

    rental = models.ForeignKey(ListRental, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in AmendmentState],
        default=AmendmentState.PROPOSED,
    )
    uses_before = models.JSONField()
    times_before = models.PositiveSmallIntegerField()
    uses = models.JSONField()
    times = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=12, decimal_places=4)
    """Euros HT a thousand: what the amendment adds to the unit price."""
    net_cents = models.BigIntegerField()
    price_list_number = models.PositiveIntegerField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["rental", "number"]
        constraints = [
            models.UniqueConstraint(fields=["rental", "number"], name="one_amendment_a_number"),
            models.UniqueConstraint(
                fields=["rental"],
                condition=models.Q(state=AmendmentState.PROPOSED),
                name="one_amendment_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in AmendmentState]),
                name="amendment_state",
            ),
            models.CheckConstraint(condition=models.Q(net_cents__gte=0), name="amendment_price"),
        ]

    def __str__(self) -> str:
        return f"{self.rental} avenant {self.number}"
