"""Direct debits: mandates, what is announced to clients, and the files handed to the bank."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import Order
from marketingconnect.payments.models.receipts import Payment
from marketingconnect.payments.states import (
    LIVE_MANDATES,
    PENDING_DEBITS,
    DebitSequence,
    DebitState,
    MandateState,
)

PAID_OR_TAKEN_BACK = (DebitState.COLLECTED, DebitState.REJECTED)
IN_A_FILE = (DebitState.EXPORTED, *PAID_OR_TAKEN_BACK)


class DebitMandate(models.Model):
    """What a client signs so that its account may be debited (SEPA Core)."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="debit_mandates")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="debit_mandates")
    """The order whose form it is signed with."""
    reference = models.CharField(max_length=35, unique=True)
    """The RUM."""
    creditor_identifier = models.CharField(max_length=35)
    """The ICS under which it was written."""
    debtor = models.CharField(max_length=70)
    iban = models.CharField(max_length=34)
    is_one_off = models.BooleanField(default=False)
    notice_days = models.PositiveSmallIntegerField(null=True)
    """Days of notice that the client agreed to, instead of those of the scheme."""
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in MandateState],
        default=MandateState.PROPOSED,
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(null=True)
    signature = models.CharField(max_length=200, blank=True)
    """What proves it: the evidence file, or where the paper is kept."""
    last_used_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    """The mandate whose account was corrected before anybody signed it; kept as it was."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in MandateState]),
                name="debit_mandate_state",
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(state__in=[s.value for s in LIVE_MANDATES]),
                name="one_live_debit_mandate_a_company",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[MandateState.PROPOSED, MandateState.REVOKED])
                | models.Q(signed_on__isnull=False) & ~models.Q(signature=""),
                name="a_mandate_in_use_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DebitFile(models.Model):
    """A file for the bank (pain.008), kept byte for byte so that it can be written again."""

    message_id = models.CharField(max_length=35, unique=True)
    collected_on = models.DateField()
    created_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    cents = models.BigIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.message_id


class DirectDebit(models.Model):
    """One debit. `key` names it at the bank, and in what the bank answers."""

    mandate = models.ForeignKey(DebitMandate, models.PROTECT, related_name="debits")
    order = models.ForeignKey(Order, models.PROTECT, related_name="debits")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="debits")
    key = models.CharField(max_length=35, unique=True)
    """The end-to-end identification."""
    cents = models.BigIntegerField()
    collected_on = models.DateField()
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in DebitState],
        default=DebitState.ANNOUNCED,
    )
    sequence = models.CharField(
        max_length=4, blank=True, choices=[(s.value, s.value) for s in DebitSequence]
    )
    file = models.ForeignKey(DebitFile, models.PROTECT, null=True, related_name="debits")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="debit")
    rejection = models.CharField(max_length=60, blank=True)
    """The bank's code (`AM04`) or accounting's words."""
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="debit_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in DebitState]), name="debit_state"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state__in=[s.value for s in PENDING_DEBITS], invoice=None),
                name="one_pending_debit_an_order",
            ),
            models.UniqueConstraint(
                fields=["invoice"],
                condition=models.Q(state__in=[s.value for s in PENDING_DEBITS]),
                name="one_pending_debit_an_invoice",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in IN_A_FILE], file__isnull=False)
                | ~models.Q(state__in=[s.value for s in IN_A_FILE]) & models.Q(file__isnull=True),
                name="a_debit_sent_is_in_one_file",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DebitState.COLLECTED, payment__isnull=False)
                | models.Q(state=DebitState.REJECTED)
                | ~models.Q(state__in=[s.value for s in PAID_OR_TAKEN_BACK])
                & models.Q(payment__isnull=True),
                name="a_debit_collected_is_a_payment",
            ),
        ]

    def __str__(self) -> str:
        return self.key
