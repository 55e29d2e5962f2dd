"""Releases: immutable folders of Parquet, one published a population."""

from django.db import models

from marketingconnect.base.models.suppliers import POPULATIONS
from marketingconnect.base.states import ReleaseState


class Release(models.Model):
    """The row makes a folder official; a folder without a published row is nothing."""

    name = models.CharField(max_length=60, unique=True)
    population = models.CharField(max_length=15, choices=POPULATIONS)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in ReleaseState],
        default=ReleaseState.BUILDING,
    )
    as_of = models.DateField()
    vintage = models.DateField()
    """The oldest date of its sources."""
    started_at = models.DateTimeField()
    built_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(default=0)
    manifest = models.JSONField(default=dict)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["population"],
                condition=models.Q(state="published"),
                name="one_published_release",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ReleaseState]),
                name="release_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["published", "superseded"])
                | (~models.Q(manifest_sha256="") & models.Q(published_at__isnull=False)),
                name="release_sealed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
