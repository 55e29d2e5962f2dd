"""What lets a leaked file be traced: the people who agreed to be traps, and a secret a delivery."""

from django.db import models

from marketingconnect.base.vocabulary import Population


class TrapPerson(models.Model):
    """A real address of the operator's own people, who agreed in writing to receive its mail.

    For professionals, `last_name` is the name on the letter box that companies are made from.
    """

    population = models.CharField(max_length=16, choices=[(p.value, p.label) for p in Population])
    civility = models.PositiveSmallIntegerField(default=0)
    """As in the base: 1 for M, 2 for MME."""
    first_name = models.CharField(max_length=60, blank=True)
    last_name = models.CharField(max_length=60)
    line2 = models.CharField(max_length=38, blank=True)
    line3 = models.CharField(max_length=38, blank=True)
    line4 = models.CharField(max_length=38, blank=True)
    line5 = models.CharField(max_length=38, blank=True)
    postal_code = models.CharField(max_length=5)
    town = models.CharField(max_length=32)
    commune = models.CharField(max_length=5)
    departement = models.CharField(max_length=3)
    phone = models.CharField(max_length=16, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    agreed_on = models.DateField()
    agreement = models.CharField(max_length=200)
    """Where the written agreement is kept."""
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(population=Population.PROFESSIONALS.value, civility=0)
                | models.Q(population=Population.CONSUMERS.value, civility__in=[1, 2])
                & ~models.Q(first_name=""),
                name="trap_person_looks_like_others",
            ),
            models.CheckConstraint(
                condition=~models.Q(line4="") | ~models.Q(line5=""), name="trap_person_has_a_street"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class DeliveryTrace(models.Model):
    """One delivery as tracing knows it, whoever ordered it; kept when its files are gone."""

    delivery = models.PositiveIntegerField(unique=True)
    """The number that the references of its rows begin with."""
    label = models.CharField(max_length=200)
    """For people: `LC-000042-1, Boulangerie Nadia`."""
    population = models.CharField(max_length=16)
    secret = models.BinaryField(max_length=32)
    key_version = models.PositiveSmallIntegerField()
    """Which master key its fingerprint is made with."""
    rows = models.PositiveIntegerField(null=True)
    """Rows of the files, traps included; null until the files exist."""
    fingerprint_path = models.CharField(max_length=200, blank=True)
    fingerprint_sha256 = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["delivery"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(prepared_at__isnull=True)
                | models.Q(rows__isnull=False)
                & ~models.Q(fingerprint_path="")
                & ~models.Q(fingerprint_sha256=""),
                name="delivery_trace_is_whole",
            )
        ]

    def __str__(self) -> str:
        return self.label


class TrapVariant(models.Model):
    """The name that one trap bears in one delivery, and in no other."""

    person = models.ForeignKey(TrapPerson, models.PROTECT, related_name="variants")
    trace = models.ForeignKey(DeliveryTrace, models.PROTECT, related_name="traps")
    rank = models.PositiveSmallIntegerField()
    """From 1; a delivery uses the first ones."""
    first_name = models.CharField(max_length=60, blank=True)
    last_name = models.CharField(max_length=60)
    identity = models.CharField(max_length=120)
    """The one form of the name, then the postal code: `HELENE MARTIN|69003`."""

    class Meta:
        ordering = ["trace", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["identity"], name="a_trap_names_one_delivery"),
            models.UniqueConstraint(fields=["trace", "rank"], name="one_trap_a_rank"),
        ]

    def __str__(self) -> str:
        return self.identity
