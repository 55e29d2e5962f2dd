"""Undeliverable mail (NPAI) as it was handed back, and what became of each piece."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.claims.models.claims import Claim
from marketingconnect.claims.states import BatchState, MailState
from marketingconnect.offers.list_rental.models import Delivery

MEANS = [("upload", "Fichier"), ("scan", "Lecture optique"), ("typing", "Saisie")]


class ReturnBatch(models.Model):
    """A list handed back at once, by file, by scanner or typed."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="return_batches")
    means = models.CharField(max_length=8, choices=MEANS)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in BatchState],
        default=BatchState.RECEIVED,
    )
    original_name = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    handed_back_on = models.DateField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict)
    """Rule -> how many."""
    failure = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in BatchState]), name="batch_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.received_at:%Y-%m-%d}"

    @property
    def refused_count(self) -> int:
        return sum(self.refused.values())


class UndeliverableMail(models.Model):
    """One line of a list. Accepted once per row of a delivery: the database sees to it."""

    batch = models.ForeignKey(ReturnBatch, models.PROTECT, related_name="mails")
    line = models.PositiveIntegerField()
    reference = models.CharField(max_length=40)
    """As it was handed back."""
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, related_name="undeliverable_mails"
    )
    row = models.PositiveIntegerField(null=True)
    record_key = models.BigIntegerField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in MailState],
        default=MailState.RETURNED,
    )
    rule = models.CharField(max_length=12, blank=True)
    sentence = models.CharField(max_length=200, blank=True)
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="mails")

    class Meta:
        ordering = ["batch", "line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="one_mail_a_line"),
            models.UniqueConstraint(
                fields=["delivery", "row"],
                condition=models.Q(state=MailState.ACCEPTED),
                name="a_row_comes_back_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in MailState]), name="mail_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MailState.REFUSED) | ~models.Q(rule=""),
                name="a_refused_mail_has_its_rule",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MailState.ACCEPTED)
                | models.Q(delivery__isnull=False, row__isnull=False, record_key__isnull=False),
                name="an_accepted_mail_is_a_row",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
