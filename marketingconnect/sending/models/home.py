"""Which database the senders work on."""

from django.db import models


class HomeDatabase(models.Model):
    """The one database that the senders were last at home in: one row, locked by who looks.

    Another one than it tells is a *base restaurée*, or one that was moved.
    """

    identity = models.CharField(max_length=100)
    """Of the cluster, of the database in it and of its timeline, as PostgreSQL gives them."""
    moved_at = models.DateTimeField(null=True)
    """When it was found to be another than before; null for the first ever."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_home_database")]

    def __str__(self) -> str:
        return self.identity
