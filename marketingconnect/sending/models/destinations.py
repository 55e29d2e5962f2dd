"""What left for each provider, day by day."""

from django.db import models


class DestinationDay(models.Model):
    """Messages that a provider took in a day, for its warm-up."""

    day = models.DateField()
    name = models.CharField(max_length=253)
    """Of a group of `destinations.toml`, or of a server."""
    sent = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "name"], name="one_count_a_destination_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}: {self.sent}"
