"""Versions of the terms, their acceptance, and French law as dated data."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.terms.rules import ChangeKind, RefusalMeans
from marketingconnect.terms.states import ClientChangeState


class TermsOrigin(models.TextChoices):
    """Who wrote a text: once the operator has its own, those that ship are no longer published."""

    SHIPPED = "shipped", "livré avec le produit"
    OPERATOR = "operator", "écrit par l’opérateur"


class TermsVersion(models.Model):
    """An immutable text with its hash and the parameters its clauses set."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    parameters = models.JSONField()
    published_at = models.DateTimeField()
    in_force_from = models.DateField()
    origin = models.CharField(
        max_length=8, choices=TermsOrigin.choices, default=TermsOrigin.SHIPPED
    )
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

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


class TermsDraft(models.Model):
    """The next version while it is written; there is one at most, and publishing removes it."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    """The text without its header."""
    parameters = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    """Two people cannot save over each other."""
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), name="one_draft_of_the_terms"),
        ]

    def __str__(self) -> str:
        return f"Brouillon de la version {self.number}"


class AnnouncedChange(models.Model):
    """New terms or new prices, of which every client concerned is told (CGV III.b)."""

    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in ChangeKind])
    number = models.PositiveIntegerField()
    """Of the version of the terms, or of the price list."""
    in_force_from = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="a_change_is_announced_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in ChangeKind]), name="change_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ClientChange(models.Model):
    """A change for one client: when it was told, until when it may refuse, what it answered."""

    change = models.ForeignKey(AnnouncedChange, models.PROTECT, related_name="clients")
    company = models.ForeignKey(Company, models.PROTECT, related_name="terms_changes")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in ClientChangeState],
        default=ClientChangeState.TOLD,
    )
    told_at = models.DateTimeField()
    refuse_until = models.DateField()
    """The last day, included."""
    applies_from = models.DateField()
    means = models.CharField(
        max_length=20, blank=True, choices=[(m.value, m.value) for m in RefusalMeans]
    )
    letter_number = models.CharField(max_length=40, blank=True)
    posted_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "company"], name="a_client_is_told_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ClientChangeState]),
                name="client_change_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ClientChangeState.TOLD)
                | models.Q(posted_on__isnull=False, received_on__isnull=False),
                name="a_refusal_has_its_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change} · {self.company}"

    @property
    def notice_key(self) -> str:
        return f"change-told:{self.change.kind}-{self.change.number}:{self.company.pk}"


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
