"""Visits as they came, and what they add up to."""

from django.db import models

from marketingconnect.statistics.states import Signal, Verdict, VisitKind


class Visit(models.Model):
    """One click or opening. Written by COPY; only its verdict is added, once.

    No address, no browser and no name are kept: a position in the campaign, and what told a
    machine. No foreign key either: the campaign was checked by the token's signature.
    """

    id = models.UUIDField(primary_key=True)
    campaign_id = models.BigIntegerField()
    position = models.IntegerField()
    """0 when openings are counted together."""
    link = models.SmallIntegerField()
    kind = models.CharField(max_length=5, choices=[(k.value, k.value) for k in VisitKind])
    at = models.DateTimeField()
    signal = models.CharField(max_length=12, blank=True, db_default="")
    """What the request itself told; a `Signal`."""
    verdict = models.CharField(max_length=7, blank=True, db_default="")
    reason = models.CharField(max_length=12, blank=True, db_default="")

    class Meta:
        app_label = "statistics"
        indexes = [
            models.Index(fields=["campaign_id", "position"], name="visits_of_a_recipient"),
            models.Index(fields=["at"], name="visits_to_judge", condition=models.Q(verdict="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=["", *(v.value for v in Verdict)])
                & models.Q(kind__in=[k.value for k in VisitKind])
                & models.Q(reason__in=["", *(s.value for s in Signal)]),
                name="known_visit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position} {self.kind} {self.link}"


class VisitCount(models.Model):
    """Visits of a campaign added up; a null `link` or `hour` stands for all of them."""

    campaign_id = models.BigIntegerField()
    kind = models.CharField(max_length=5)
    verdict = models.CharField(max_length=7)
    link = models.SmallIntegerField(null=True)
    hour = models.DateTimeField(null=True)
    visits = models.IntegerField()
    people = models.IntegerField()
    """Different recipients among them."""

    class Meta:
        app_label = "statistics"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "kind", "verdict", "link", "hour"],
                nulls_distinct=False,
                name="one_count_of_visits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.kind} {self.verdict} {self.visits}"
