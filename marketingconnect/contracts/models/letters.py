"""The register of registered letters (LRAR), sent and received."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.contracts.rules.letters import Direction, LetterDates, Purpose, ScanKind
from marketingconnect.contracts.states import LetterState
from marketingconnect.orders.models import Order


class RegisteredLetter(models.Model):
    """One letter. Its state is what its dates say; a number is written once a direction."""

    direction = models.CharField(max_length=8, choices=[(d.value, d.label) for d in Direction])
    purpose = models.CharField(max_length=16, choices=[(p.value, p.label) for p in Purpose])
    number = models.CharField(max_length=40)
    company = models.ForeignKey(Company, models.PROTECT, related_name="registered_letters")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="registered_letters")
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in LetterState],
        default=LetterState.POSTED,
    )
    posted_on = models.DateField()
    presented_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    refused_on = models.DateField(null=True)
    unclaimed_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "number"], name="one_letter_a_number_and_direction"
            ),
            models.CheckConstraint(condition=~models.Q(number=""), name="a_letter_has_its_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in LetterState]), name="letter_state"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=LetterState.RECEIVED,
                    received_on__isnull=False,
                    refused_on__isnull=True,
                    unclaimed_on__isnull=True,
                )
                | models.Q(
                    state=LetterState.REFUSED,
                    received_on__isnull=True,
                    refused_on__isnull=False,
                    unclaimed_on__isnull=True,
                )
                | models.Q(
                    state=LetterState.UNCLAIMED,
                    received_on__isnull=True,
                    refused_on__isnull=True,
                    unclaimed_on__isnull=False,
                )
                | models.Q(
                    state__in=[LetterState.POSTED, LetterState.PRESENTED],
                    received_on__isnull=True,
                    refused_on__isnull=True,
                    unclaimed_on__isnull=True,
                ),
                name="a_letter_is_as_its_dates_say",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def dates(self) -> LetterDates:
        return LetterDates(
            posted_on=self.posted_on,
            presented_on=self.presented_on,
            received_on=self.received_on,
            refused_on=self.refused_on,
            unclaimed_on=self.unclaimed_on,
        )


class LetterScan(models.Model):
    """A proof kept with a letter: itself, its posting slip, its receipt. Never replaced."""

    letter = models.ForeignKey(RegisteredLetter, models.PROTECT, related_name="scans")
    kind = models.CharField(max_length=8, choices=[(k.value, k.label) for k in ScanKind])
    original_name = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.original_name
