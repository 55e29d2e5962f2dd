"""What came back about a recipient after its outcome.

Append-only: a trigger refuses changes, but that the words lose the addresses they repeat.
"""

from django.db import models

from marketingconnect.sending.models.campaigns import Campaign
from marketingconnect.sending.states import MailState, ReturnKind, ReturnSource


class ReturnEvent(models.Model):
    """One piece of news of one recipient; an outcome never changes, its figure may (CGV B.1.6)."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    position = models.IntegerField()
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ReturnKind])
    hard = models.BooleanField(null=True)
    """The address will never work; None when nobody can tell."""
    cause = models.CharField(max_length=24, blank=True)
    """A `Cause`, for a bounce."""
    status = models.CharField(max_length=12, blank=True)
    """Enhanced status (RFC 3463), `5.1.1`."""
    words = models.CharField(max_length=300, blank=True)
    """What the server wrote, word for word."""
    source = models.CharField(max_length=8, choices=[(s.value, s.value) for s in ReturnSource])
    event_key = models.CharField(max_length=80, unique=True)
    """The same news told twice has the same key."""
    at = models.DateTimeField()
    """When it happened, as told."""
    received_at = models.DateTimeField()
    """When we knew, which the window of the figures is compared with; later once they bind."""

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "kind", "position"], name="returns_of_a_campaign")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in ReturnKind]), name="return_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position} {self.kind}"


class InboundMail(models.Model):
    """A mail that came to our return addresses, kept before we answered for it."""

    sha256 = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=200)
    size = models.IntegerField()
    recipient = models.CharField(max_length=254, blank=True)
    """The address it came to: it names one message of ours."""
    source = models.CharField(max_length=8, choices=[(s.value, s.value) for s in ReturnSource])
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in MailState], default=MailState.KEPT
    )
    kind = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=300, blank=True)
    sender = models.CharField(max_length=254, blank=True, db_default="")
    subject = models.CharField(max_length=200, blank=True, db_default="")
    """As the mail says, for the list that a person reads."""
    reason = models.CharField(max_length=300, blank=True, db_default="")
    """Why a person left it without effect."""
    asks_to_leave = models.CharField(max_length=60, blank=True, db_default="")
    """The words by which the answer of a person seems to oppose: proposed, never applied alone."""
    received_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    """Its content is gone with the addresses of the campaign it is about (CGV B.5)."""

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="kept"), name="mails_to_read"),
            models.Index(
                fields=["id"], condition=models.Q(state="unmatched"), name="mails_unmatched"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in MailState]), name="inbound_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class HeardCallback(models.Model):
    """A signature of a provider that does not cover what it tells: it opens the door once."""

    key = models.CharField(max_length=80, unique=True)
    body_sha256 = models.CharField(max_length=64)
    """The same words again are the provider repeating itself."""
    heard_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
