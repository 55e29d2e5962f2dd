"""The domains we send from, their DKIM keys, and the signatures made ahead of the hour."""

from django.db import models

from marketingconnect.sending.domains.states import KeyState
from marketingconnect.sending.message.signing import Algorithm


class SendingDomain(models.Model):
    """A domain that stands in the From of messages."""

    name = models.CharField(max_length=253, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class DkimKey(models.Model):
    """A key pair; the private half is encrypted with the platform's passphrase."""

    domain = models.ForeignKey(SendingDomain, models.PROTECT, related_name="keys")
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(
        max_length=16, choices=[(one.value, one.value) for one in Algorithm]
    )
    state = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in KeyState],
        default=KeyState.CREATED,
    )
    public_record = models.TextField()
    """The text of its TXT record."""
    private_pem = models.TextField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "selector"], name="one_key_a_selector"),
            models.UniqueConstraint(
                fields=["domain", "algorithm"],
                condition=models.Q(state="in_use"),
                name="one_key_in_use_an_algorithm",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in KeyState]),
                name="dkim_key_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain_id}"


class SignatureAhead(models.Model):
    """A signature made before the hour; written by COPY, removed once the campaign is over."""

    pk = models.CompositePrimaryKey("campaign_id", "position", "key_id")
    campaign_id = models.BigIntegerField()
    position = models.IntegerField()
    key_id = models.BigIntegerField()
    at = models.BigIntegerField()
    """Seconds since 1970, as the tag `t=` says them."""
    seal = models.BinaryField()
    """SHA-256 of what is signed: another message, or another key, has another."""
    octets = models.BinaryField()

    class Meta:
        db_table = "sending_signature"

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position} {self.key_id}"
