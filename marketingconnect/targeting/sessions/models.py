"""A session on a target, who took part, and what each of them did."""

from django.db import models

from marketingconnect.accounts.models import Company, User


class Side(models.TextChoices):
    CLIENT = "client", "Client"
    ADVISOR = "advisor", "Conseiller"


class EventKind(models.TextChoices):
    STARTED = "started", "Séance ouverte"
    JOINED = "joined", "Arrivée"
    LEFT = "left", "Départ"
    CHANGED = "changed", "Changement"
    ENDED = "ended", "Séance close"


class LiveSession(models.Model):
    """Open until `ended_at`; a target has one open session at most."""

    target = models.ForeignKey("targeting.SavedTarget", models.CASCADE, related_name="sessions")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_side = models.CharField(max_length=10, choices=Side.choices)
    started_at = models.DateTimeField()
    last_event_at = models.DateTimeField()
    last_number = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_session_a_target",
            ),
            models.CheckConstraint(
                condition=models.Q(started_side__in=Side.values), name="known_session_side"
            ),
        ]

    def __str__(self) -> str:
        return f"séance {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class LiveParticipant(models.Model):
    """A person of a session; `last_seen_at` is empty once it has left."""

    session = models.ForeignKey(LiveSession, models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    name = models.CharField(max_length=161)
    joined_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="one_seat_a_person")
        ]

    def __str__(self) -> str:
        return self.name


class LiveEvent(models.Model):
    """Something that happened, numbered from 1 in its session; `text` is what is read."""

    session = models.ForeignKey(LiveSession, models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=161)
    side = models.CharField(max_length=10, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="event_numbers_are_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.text}"
