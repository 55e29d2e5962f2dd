"""Files made from the outcomes of a campaign."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.sending.models import Campaign
from marketingconnect.statistics.states import ExportState
from marketingconnect.statistics.visits.models import Visit, VisitCount

__all__ = ["CountsAtSeal", "DomainCount", "Export", "Visit", "VisitCount"]


class DomainCount(models.Model):
    """Recipients of a campaign at one domain; an empty domain stands for all the others."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    domain = models.CharField(max_length=253, blank=True)
    delivered = models.IntegerField()
    undelivered = models.IntegerField()
    causes = models.JSONField(null=True)
    """Cause -> how many of those undelivered; null where the addresses were erased before it was
    counted."""
    clickers = models.IntegerField(null=True)
    """People who clicked, kept up as they do; null as above."""
    is_final = models.BooleanField()
    """Counted once the figures bind (CGV B.1.6)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "domain"], name="one_count_a_domain")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.domain}"


class CountsAtSeal(models.Model):
    """What a statement leaves out and that goes on after it, as it stood at the seal (CGV B.1.6).

    Written once, from what is dated before the figures bound.
    """

    campaign = models.OneToOneField(Campaign, models.PROTECT, primary_key=True, related_name="+")
    clickers = models.IntegerField()
    clicks = models.IntegerField()
    machine_visits = models.IntegerField()
    openers = models.IntegerField()
    opens = models.IntegerField()
    unsubscribed = models.IntegerField()
    complaints = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.campaign_id} at its seal"


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
