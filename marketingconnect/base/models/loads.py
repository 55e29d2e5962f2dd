"""Files received: from suppliers, and the monthly stock of the SIRENE register."""

from django.db import models

from marketingconnect.base.models.suppliers import Supplier
from marketingconnect.base.states import LoadState


class SupplierLoad(models.Model):
    """A supplier's file of consumers. The same bytes are taken once."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="loads")
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in LoadState],
        default=LoadState.READING,
    )
    original_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    delivered_on = models.DateField()
    mapping = models.JSONField(default=dict)
    """Field -> title of the column it was read from."""
    unknown_columns = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=40, blank=True)
    """What is being done, for who watches."""
    rows_read = models.BigIntegerField(default=0)
    """Always kept + the sum of refused."""
    kept = models.BigIntegerField(default=0)
    refused = models.JSONField(default=dict)
    """Reason -> number of rows."""
    without_channel = models.JSONField(default=dict)
    """`phone:proof_missing` -> rows kept without that channel, and why."""
    duplicates = models.JSONField(default=dict)
    """Reason -> rows merged into another record, in the latest release."""
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "sha256"],
                condition=~models.Q(state="replaced"),
                name="one_load_a_file",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in LoadState]),
                name="supplier_load_state",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class SireneVintage(models.Model):
    """A monthly stock of the register: its date, when INSEE gave it, when it was loaded."""

    vintage = models.DateField(unique=True)
    delivered_on = models.DateField()
    loaded_on = models.DateField(null=True)
    files = models.JSONField(default=dict)
    """Name -> `{"sha256": …, "size": …}`."""
    rows = models.JSONField(default=dict)
    """What was read, kept and left out, by reason."""
    release = models.ForeignKey("base.Release", models.PROTECT, null=True, related_name="+")
    alerted_on = models.DateField(null=True)
    """When staff were told that it gets old."""

    def __str__(self) -> str:
        return self.vintage.isoformat()
