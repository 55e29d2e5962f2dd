"""What is known of a record beside its release: mail that came back."""

from django.db import models

from marketingconnect.base.models.suppliers import POPULATIONS
from marketingconnect.base.vocabulary import Channel
from marketingconnect.suppression.transactions import current_transaction


class FlagKind(models.TextChoices):
    UNDELIVERABLE = "undeliverable", "Non distribuable"


class RecordFlag(models.Model):
    """A record not to be used on a channel for a time, whatever the release (CGV CL.6)."""

    population = models.CharField(max_length=15, choices=POPULATIONS)
    record_key = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=FlagKind.choices)
    channel = models.CharField(max_length=10, choices=[(c.value, c.label) for c in Channel])
    since = models.DateField()
    until = models.DateField(null=True)
    """Last day, included; none while nothing lifts it."""
    source = models.CharField(max_length=120)
    """What told us: `claim:12`."""
    written_in = models.BigIntegerField(db_default=current_transaction())
    """Number of the transaction that put or lifted it, by which counts read what is new."""

    class Meta:
        indexes = [models.Index(fields=["written_in"], name="flags_as_written")]
        constraints = [
            models.UniqueConstraint(
                fields=["population", "record_key", "kind", "channel", "source"],
                name="one_flag_a_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.population} {self.record_key} {self.kind}"
