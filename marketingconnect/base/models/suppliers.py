"""Suppliers of files, what they let us do, and the forms on which people agreed (CGV Def)."""

from django.db import models

from marketingconnect.base.vocabulary import Population

POPULATIONS = [(population.value, population.label) for population in Population]


class Supplier(models.Model):
    """`number` is what the base's files hold, from 1; it is never given again."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    siren = models.CharField(max_length=9, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.CharField(max_length=254, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    """The contract or public licence, as deliveries print it."""
    registered_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)
    suspension_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(number__gt=0), name="supplier_number"),
            models.CheckConstraint(
                condition=models.Q(suspended_at=None) | ~models.Q(suspension_reason=""),
                name="supplier_suspension_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RightOfUse(models.Model):
    """What a supplier allows: one population, some channels and purposes, between two days."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="rights")
    population = models.CharField(max_length=15, choices=POPULATIONS)
    channels = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """Last day, included; none until it is ended."""
    contract_reference = models.CharField(max_length=120)
    register_reference = models.CharField(max_length=120, blank=True)
    """The entry of the register of processing."""
    document = models.CharField(max_length=200, blank=True)
    """Storage path of the signed contract."""
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="right_of_use_dates",
            )
        ]

    def __str__(self) -> str:
        return self.contract_reference


class ConsentForm(models.Model):
    """A version of a form: its exact words, for which channels, for whom. It never changes."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="forms")
    reference = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    """Where people met it: a site, a shop, a game."""
    ground = models.CharField(max_length=20)
    """`consent` or `legitimate_interest`."""
    channels = models.JSONField(default=list)
    wording = models.TextField()
    wording_sha256 = models.CharField(max_length=64)
    recipients = models.CharField(max_length=200)
    """The category of recipients people were told of."""
    used_from = models.DateField()
    used_to = models.DateField(null=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "reference", "version"], name="one_form_a_version"
            ),
            models.CheckConstraint(
                condition=models.Q(ground__in=["consent", "legitimate_interest"]),
                name="consent_form_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.version}"
