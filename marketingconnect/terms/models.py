"""Versions of the terms, their acceptance, and French law as dated data."""

from django.db import models

from marketingconnect.accounts.models import Company, User


class TermsVersion(models.Model):
    """An immutable text with its hash and the parameters its clauses set."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    parameters = models.JSONField()
    published_at = models.DateTimeField()
    in_force_from = models.DateField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"CGV version {self.number}"


class TermsAcceptance(models.Model):
    """Who accepted which text, for whom, when and how."""

    version = models.ForeignKey(TermsVersion, models.PROTECT, related_name="acceptances")
    sha256 = models.CharField(max_length=64)
    company = models.ForeignKey(Company, models.PROTECT, related_name="terms_acceptances")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    means = models.CharField(max_length=40)
    """How: `online_checkout`, `signature`, …"""
    ip_address = models.GenericIPAddressField(null=True)
    attestations = models.JSONField(default=list)
    """The sentences ticked besides the terms, word for word."""

    def __str__(self) -> str:
        return f"{self.company} · {self.version}"


class LegalFact(models.Model):
    """A figure or rule of French law, in force between two dates, with its source."""

    key = models.CharField(max_length=80)
    value = models.JSONField()
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True)
    source = models.CharField(max_length=300)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["key", "in_force_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "in_force_from"], name="one_fact_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.in_force_from}"
