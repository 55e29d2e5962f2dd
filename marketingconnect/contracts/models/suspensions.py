"""Orders that stand still, and the cases of force majeure that make them."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.orders.models import Order


class ForceMajeure(models.Model):
    """A case, from the day it began to the day it ended, both included."""

    label = models.CharField(max_length=200)
    """What happened, as clients read it."""
    third_party = models.CharField(max_length=200, blank=True)
    """Who is struck, when it is a provider and not the operator."""
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True)
                | models.Q(ended_on__gte=models.F("began_on")),
                name="a_case_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return self.label


class Suspension(models.Model):
    """An order standing still; one at a time."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="suspensions")
    ground = models.CharField(max_length=16, choices=[(g.value, g.label) for g in Ground])
    reason = models.CharField(max_length=300)
    case = models.ForeignKey(ForceMajeure, models.PROTECT, null=True, related_name="suspensions")
    held_lines = models.JSONField(default=list)
    """Ids of the lines whose work this suspension itself stopped: those alone it takes up again."""
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(ended_at__isnull=True),
                name="one_suspension_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ground__in=[g.value for g in Ground]) & ~models.Q(reason=""),
                name="a_suspension_has_its_ground_and_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(ground=Ground.FORCE_MAJEURE, case__isnull=False)
                | ~models.Q(ground=Ground.FORCE_MAJEURE) & models.Q(case__isnull=True),
                name="only_force_majeure_has_its_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.ground}"
