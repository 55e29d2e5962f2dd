"""Links sent by mail: confirm a registration, join a company, choose a password."""

from enum import StrEnum

from django.db import models

from marketingconnect.accounts.models.companies import Company
from marketingconnect.accounts.models.users import User


class LinkPurpose(StrEnum):
    REGISTER = "register"
    INVITE = "invite"
    RESET = "reset"
    STAFF = "staff"


class AccessLink(models.Model):
    """A secret of 256 bits, of which only the hash is kept; it serves once and expires."""

    purpose = models.CharField(max_length=10, choices=[(p.value, p.value) for p in LinkPurpose])
    email = models.EmailField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="access_links")
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="access_links")
    details = models.JSONField(default=dict)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["email", "created_at"], name="links_of_an_address")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=[p.value for p in LinkPurpose]),
                name="known_link_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.email}"


class LinkRequest(models.Model):
    """Somebody asked for a link from this address of the network; kept an hour, to count."""

    ip_address = models.GenericIPAddressField()
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ip_address", "asked_at"], name="link_requests_of_an_ip")]

    def __str__(self) -> str:
        return f"{self.ip_address} {self.asked_at:%Y-%m-%d %H:%M}"
