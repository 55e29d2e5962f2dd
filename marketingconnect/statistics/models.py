"""Files made from the outcomes of a campaign."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.sending.models import Campaign
from marketingconnect.statistics.states import ExportState
from marketingconnect.statistics.visits.models import Visit, VisitCount

__all__ = ["Export", "Visit", "VisitCount"]


class Export(models.Model):
    """A workbook of a campaign's recipients and outcomes, as they stood when it was made."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="exports")
    state = models.CharField(
        max_length=8,
        choices=[(s.value, s.value) for s in ExportState],
        default=ExportState.WAITING,
    )
    path = models.CharField(max_length=200, blank=True)
    rows = models.IntegerField(null=True)
    size = models.BigIntegerField(null=True)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ExportState]), name="export_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.requested_at:%Y-%m-%d %H:%M}"
