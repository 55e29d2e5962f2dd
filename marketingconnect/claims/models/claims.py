"""Claims (réclamations) about undeliverable mail, and what they obtain."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.claims.states import ClaimState
from marketingconnect.contracts.models import RegisteredLetter
from marketingconnect.invoices.models import Invoice
from marketingconnect.offers.list_rental.models import Delivery


class ClaimCounter(models.Model):
    """The last number given in a year; locked by the transaction that opens a claim."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Claim(models.Model):
    """A credit note or replacement addresses, never both: the database sees to it."""

    reference = models.CharField(max_length=20, unique=True)
    """`RC-2026-000004`."""
    company = models.ForeignKey(Company, models.PROTECT, related_name="claims")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="claims")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in ClaimState],
        default=ClaimState.RECEIVED,
    )
    letter = models.ForeignKey(RegisteredLetter, models.PROTECT, null=True, related_name="claims")
    """Its row in the register; None for what was written before there was one."""
    letter_number = models.CharField(max_length=40, blank=True)
    letter_posted_on = models.DateField(null=True)
    letter_received_on = models.DateField(null=True)
    rule = models.CharField(max_length=20, blank=True)
    """Why it is inadmissible or refused."""
    sentence = models.CharField(max_length=300, blank=True)
    accepted = models.PositiveIntegerField(default=0)
    compensated = models.PositiveIntegerField(default=0)
    unit_price = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    """Euros HT a thousand."""
    credit_note = models.OneToOneField(Invoice, models.PROTECT, null=True, related_name="claim")
    replacement = models.OneToOneField(
        Delivery, models.PROTECT, null=True, related_name="replaces_claim"
    )
    comment = models.TextField(blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ClaimState]), name="claim_state"
            ),
            models.CheckConstraint(
                condition=models.Q(credit_note__isnull=True) | models.Q(replacement__isnull=True),
                name="a_credit_note_or_a_replacement",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ClaimState.CREDIT_NOTE)
                | models.Q(credit_note__isnull=False),
                name="credited_with_its_credit_note",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ClaimState.REPLACEMENT)
                | models.Q(replacement__isnull=False),
                name="replaced_with_its_delivery",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ClaimState.INADMISSIBLE, ClaimState.REFUSED])
                | ~models.Q(rule=""),
                name="a_refused_claim_has_its_rule",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
