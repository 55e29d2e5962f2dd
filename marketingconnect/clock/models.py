"""How far the demo's clock was moved."""

from django.db import models


class ClockShift(models.Model):
    """One row: seconds added to the system clock, in demo mode only."""

    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_clock")]

    def __str__(self) -> str:
        return f"{self.seconds} s"
