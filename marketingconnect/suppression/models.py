"""Whom not to write to any more. Only a keyed hash of the address is kept."""

from django.db import models

from marketingconnect.suppression.transactions import current_transaction


class Scope(models.TextChoices):
    """Who must not write: one client, the operator for its base, or anybody."""

    CLIENT = "client", "Ce client"
    OPERATOR = "operator", "Base de l'opérateur"
    EVERYONE = "everyone", "Tous"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    PHONE = "phone", "Téléphone"
    POST = "post", "Courrier"


class Suppression(models.Model):
    """`digest`: HMAC-SHA256 of the canonical address under the scope's key of `key_version`."""

    scope = models.CharField(max_length=10, choices=Scope.choices)
    company_id = models.BigIntegerField(default=0)
    """The client, or 0 for the other scopes."""
    channel = models.CharField(max_length=10, choices=Channel.choices)
    digest = models.BinaryField(max_length=32)
    key_version = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=40)
    """`unsubscribe_one_click`, `unsubscribe_page`, `client_request`, `opposition`, …"""
    since = models.DateTimeField()
    written_in = models.BigIntegerField(db_default=current_transaction())
    """Number of the transaction, by which counts read what is new; see `transactions`."""

    class Meta:
        indexes = [
            models.Index(
                fields=["written_in"],
                name="base_suppressions_as_written",
                condition=~models.Q(scope="client"),
            ),
            models.Index(
                fields=["written_in"],
                name="own_suppressions_as_written",
                condition=models.Q(scope="client"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "company_id", "channel", "digest"], name="one_suppression"
            ),
            models.CheckConstraint(
                condition=(models.Q(scope="client") & models.Q(company_id__gt=0))
                | (~models.Q(scope="client") & models.Q(company_id=0)),
                name="suppression_scope_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.company_id} {self.channel}"
