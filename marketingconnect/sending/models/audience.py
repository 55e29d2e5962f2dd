"""The frozen audience, the chunks a sender claims, and what became of each recipient.

Recipients and outcomes are written by COPY and partitioned by campaign: no row of them is ever
loaded as an instance on the way out. They carry no foreign key in the database, which would be
asked a million times a campaign: campaigns are never deleted, and chunks do carry one.
"""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.sending.models.campaigns import Campaign
from marketingconnect.sending.states import ChunkState, Decision, Outcome
from marketingconnect.sending.variants import Variant


class Recipient(models.Model):
    """One address of a frozen audience; `position` counts from 1 without a gap."""

    pk = models.CompositePrimaryKey("campaign_id", "position")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    contact_id = models.BigIntegerField()
    email = models.CharField(max_length=254)
    fields = models.JSONField(default=dict)
    """Values of the merge fields that the content uses, and no others."""
    digests = models.BinaryField(null=True)
    """What an erased address leaves: see `suppression.sealed`."""
    key_version = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "sending_recipient"

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position}"


class DeliveryOutcome(models.Model):
    """What became of one recipient. Append-only: a trigger refuses changes, but that the server's
    words lose the addresses they repeat."""

    pk = models.CompositePrimaryKey("campaign_id", "position")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in Outcome])
    cause = models.CharField(max_length=24, blank=True)
    """Why it was not sent, or why it is not delivered (`mailbox_unknown`, `suppressed`, …)."""
    smtp_code = models.SmallIntegerField(null=True)
    reply = models.CharField(max_length=300, blank=True)
    """What the server answered, word for word."""
    at = models.DateTimeField()

    class Meta:
        db_table = "sending_outcome"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=[o.value for o in Outcome]), name="known_outcome"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position} {self.outcome}"


class OutcomeCount(models.Model):
    """Outcomes counted by minute, written in the transaction that writes the outcomes."""

    pk = models.CompositePrimaryKey("campaign_id", "minute", "outcome", "cause")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    minute = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    cause = models.CharField(max_length=24)
    n = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.outcome} {self.n}"


class Chunk(models.Model):
    """A run of positions that one sender claims at a time.

    A retry is a chunk of its own, with its positions listed and an hour before which it waits.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="chunks")
    first_position = models.IntegerField()
    last_position = models.IntegerField()
    positions = models.JSONField(null=True)
    """The positions of a retry; null for the whole run."""
    attempt = models.PositiveSmallIntegerField(default=1)
    not_before = models.DateTimeField(null=True)
    variant = models.CharField(
        max_length=1,
        blank=True,
        choices=[(v.value, v.value) for v in Variant],
        default=Variant.A,
        db_default=Variant.A.value,
    )
    state = models.CharField(
        max_length=8,
        choices=[(s.value, s.value) for s in ChunkState],
        default=ChunkState.OPEN,
    )
    owner = models.UUIDField(null=True)
    """The sender that holds it: the name of its spool directory."""
    lease_until = models.DateTimeField(null=True)
    """By the database's own clock."""

    class Meta:
        indexes = [
            models.Index(
                fields=["campaign", "id"], condition=~models.Q(state="done"), name="live_chunks"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ChunkState]), name="chunk_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="claimed")
                & models.Q(owner__isnull=False, lease_until__isnull=False)
                | ~models.Q(state="claimed") & models.Q(owner__isnull=True),
                name="a_claimed_chunk_has_an_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.first_position}-{self.last_position}"


class DoubtDecision(models.Model):
    """What a person decided about a doubtful recipient; the outcome itself never changes."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="doubt_decisions")
    position = models.IntegerField()
    decision = models.CharField(max_length=16, choices=[(d.value, d.value) for d in Decision])
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "position"], name="one_decision_a_doubt")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position} {self.decision}"
