"""What is kept of a frozen selection, and of the counts that people asked for."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.base.models import Release
from marketingconnect.targeting.criteria import Population


class Selection(models.Model):
    """Rows arrested for an order; never changed (CGV CL.4, B.3)."""

    order_reference = models.CharField(max_length=120, unique=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", null=True)
    population = models.CharField(max_length=20)
    release = models.ForeignKey(Release, models.PROTECT, related_name="+")
    criteria = models.JSONField()
    """`Criteria.to_json()`."""
    fingerprint = models.CharField(max_length=64)
    context = models.JSONField()
    """Suppliers and days of each channel, sizes of what was left out."""
    available = models.BigIntegerField()
    """How many the criteria gave at that moment."""
    count = models.BigIntegerField()
    households = models.BigIntegerField(null=True)
    seed = models.BigIntegerField()
    """Of the draw that kept `count` of `available`."""
    rows_path = models.CharField(max_length=200)
    keys_path = models.CharField(max_length=200)
    """Storage paths: the rows in order, and the record keys in the order of the rows."""
    sha256 = models.CharField(max_length=64)
    """Of the file of keys."""
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(population__in=[p.value for p in Population]),
                name="known_selection_population",
            ),
            models.CheckConstraint(
                condition=models.Q(count__lte=models.F("available")), name="selection_not_larger"
            ),
        ]

    def __str__(self) -> str:
        return self.order_reference


class CountLog(models.Model):
    """A count of consumers that was told: what a later one is compared with (CGV CL.4).

    `account` reads `company:12` or `user:3`: whoever could put two counts side by side.
    """

    account = models.CharField(max_length=40)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    release = models.ForeignKey(Release, models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    criteria = models.JSONField()
    households = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "release", "fingerprint"], name="one_log_a_count"
            )
        ]
        indexes = [
            models.Index(fields=["account", "release", "households"], name="counts_nearly_equal")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.households}"
