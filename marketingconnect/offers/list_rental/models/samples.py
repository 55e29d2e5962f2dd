"""The sample of the message that the file will serve, and what moderation says of it."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.messages.states import ModerationState
from marketingconnect.offers.list_rental.models.rentals import ListRental
from marketingconnect.offers.list_rental.vocabulary import SampleKind


class MessageSample(models.Model):
    """One file, kept as it came. A new one voids the one before."""

    rental = models.ForeignKey(ListRental, models.PROTECT, related_name="samples")
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in SampleKind])
    original_name = models.CharField(max_length=255)
    path = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=16,
        choices=[(s.value, s.value) for s in ModerationState],
        default=ModerationState.WAITING,
    )
    reason = models.CharField(max_length=40, blank=True)
    comment = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rental"],
                condition=~models.Q(state=ModerationState.VOID),
                name="one_sample_counts",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ModerationState]),
                name="sample_state",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name
