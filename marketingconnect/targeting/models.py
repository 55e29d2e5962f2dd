"""Targets kept by clients, and the sessions in which they are looked at together."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.targeting.criteria import Population


class SavedTarget(models.Model):
    """Criteria under a name; they save themselves as one chooses (CGV CL.4)."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="targets")
    name = models.CharField(max_length=120)
    population = models.CharField(max_length=20)
    criteria = models.JSONField()
    """`Criteria.to_json()`."""
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    """Orders may still name it: it is only put away."""

    class Meta:
        indexes = [models.Index(fields=["company", "-changed_at"], name="targets_of_a_company")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(population__in=[p.value for p in Population]),
                name="known_target_population",
            )
        ]

    def __str__(self) -> str:
        return self.name


from marketingconnect.targeting.selections.models import CountLog, Selection  # noqa: E402
from marketingconnect.targeting.sessions.models import (  # noqa: E402  they name the model above
    LiveEvent,
    LiveParticipant,
    LiveSession,
)

__all__ = ["CountLog", "LiveEvent", "LiveParticipant", "LiveSession", "SavedTarget", "Selection"]
