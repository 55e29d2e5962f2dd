"""The client: a company with its SIRET and a billing address in France (CGV III.a)."""

from django.db import models

from marketingconnect.accounts.models.users import User
from marketingconnect.accounts.roles import (
    MANDATE_SCOPE_LABELS,
    MEMBER_ROLE_LABELS,
    MandateScope,
    MemberRole,
)


class Company(models.Model):
    """A client, an agency that acts for clients (mandataire), or both."""

    reference = models.CharField(max_length=12, unique=True)
    """The client number, `C-000042`."""
    siret = models.CharField(max_length=14, unique=True)
    legal_name = models.CharField(max_length=120)
    vat_number = models.CharField(max_length=13, blank=True)
    is_agent = models.BooleanField(default=False)
    billing_recipient = models.CharField(max_length=38, blank=True)
    billing_complement = models.CharField(max_length=38, blank=True)
    billing_street = models.CharField(max_length=38)
    billing_locality = models.CharField(max_length=38, blank=True)
    billing_postal_code = models.CharField(max_length=5)
    billing_city = models.CharField(max_length=32)
    territory = models.CharField(max_length=30)
    """VAT territory, from the postal code: `metropole`, `reunion`, …"""
    website = models.URLField(blank=True)
    phone = models.CharField(max_length=16, blank=True)
    paper_invoices = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "companies"
        constraints = [
            models.CheckConstraint(condition=models.Q(siret__regex=r"^\d{14}$"), name="siret_shape")
        ]

    def __str__(self) -> str:
        return self.legal_name

    @property
    def siren(self) -> str:
        return self.siret[:9]


class Membership(models.Model):
    """A user's role in a company, from one instant to another."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(
        max_length=10, choices=[(r.value, MEMBER_ROLE_LABELS[r]) for r in MemberRole]
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user"],
                condition=models.Q(until__isnull=True),
                name="one_open_membership",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[r.value for r in MemberRole]),
                name="known_member_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company} ({self.role})"


class Mandate(models.Model):
    """A written mandate by which an agent acts for an advertiser; the advertiser is invoiced."""

    advertiser = models.ForeignKey(Company, models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Company, models.PROTECT, related_name="mandates_held")
    scope = models.CharField(
        max_length=10, choices=[(s.value, MANDATE_SCOPE_LABELS[s]) for s in MandateScope]
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    document = models.CharField(max_length=200, blank=True)
    """Storage path of the signed mandate."""
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(advertiser=models.F("agent")), name="mandate_between_two"
            ),
            models.CheckConstraint(
                condition=models.Q(scope__in=[s.value for s in MandateScope]),
                name="known_mandate_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} pour {self.advertiser}"
