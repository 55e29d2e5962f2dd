"""Attempts to pay by card, money received by any means, and the providers' callbacks."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import Order
from marketingconnect.payments.states import LIVE, AttemptState, PaymentMethod, WebhookVerdict


class PaymentAttempt(models.Model):
    """One try to pay an order by card. `key` is our idempotency key at the provider."""

    key = models.UUIDField(unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="payment_attempts")
    gateway = models.CharField(max_length=12)
    cents = models.BigIntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in AttemptState],
        default=AttemptState.CREATED,
    )
    provider_ref = models.CharField(max_length=80, blank=True)
    page_url = models.CharField(max_length=500, blank=True)
    """Where the client pays: the provider's page, or empty when ours shows its fields."""
    client_secret = models.CharField(max_length=200, blank=True)
    """Opens the provider's own fields in the client's browser; erased once the attempt ends."""
    consent = models.TextField(blank=True)
    """What the client agrees to by paying, when its card is kept for the next instalments."""
    card_debit = models.ForeignKey(
        "payments.CardDebit", models.PROTECT, null=True, related_name="attempts"
    )
    """The debit that this tries, when the client is not there to pay."""
    failure_code = models.CharField(max_length=60, blank=True)
    failure_reason = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    times_asked = models.PositiveIntegerField(default=0)
    ask_again_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in AttemptState]), name="attempt_state"
            ),
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="attempt_amount_positive"),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state__in=[s.value for s in LIVE]),
                name="one_live_attempt_an_order",
            ),
            models.UniqueConstraint(
                fields=["card_debit"],
                condition=models.Q(state__in=[s.value for s in LIVE]),
                name="one_live_attempt_a_card_debit",
            ),
            models.UniqueConstraint(
                fields=["gateway", "provider_ref"],
                condition=~models.Q(provider_ref=""),
                name="one_attempt_a_provider_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.key}"


class Payment(models.Model):
    """Money received. It counts from `validated_on` until `reversed_on`; every date is kept."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="payments")
    """The further invoice that this pays; none for the order itself."""
    credit_note = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="uses")
    """The credit note spent, when it is one that pays."""
    method = models.CharField(max_length=12, choices=[(m.value, m.value) for m in PaymentMethod])
    provider = models.CharField(max_length=12)
    """`sandbox`, `stripe`, `transfer`, `cheque`, `debit` or `credit`."""
    provider_ref = models.CharField(max_length=80)
    """The provider's own reference, the bank's for a transfer, the number of a cheque."""
    attempt = models.OneToOneField(
        PaymentAttempt, models.PROTECT, null=True, related_name="payment"
    )
    cents = models.BigIntegerField()
    payer = models.CharField(max_length=120, blank=True)
    received_on = models.DateField()
    validated_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    validated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    validated_at = models.DateTimeField(null=True)
    reversed_on = models.DateField(null=True)
    """The bank took it back (unpaid cheque, rejected debit): it no longer counts."""
    reversal_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="money_is_recorded_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reversed_on__isnull=True, reversal_reason="")
                | models.Q(reversed_on__gte=models.F("received_on"))
                & ~models.Q(reversal_reason=""),
                name="taken_back_after_received",
            ),
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=models.Q(method=PaymentMethod.CREDIT, credit_note__isnull=False)
                | ~models.Q(method=PaymentMethod.CREDIT) & models.Q(credit_note__isnull=True),
                name="credit_is_spent_from_a_credit_note",
            ),
            models.CheckConstraint(
                condition=models.Q(validated_on__isnull=True)
                | models.Q(validated_on__gte=models.F("received_on")),
                name="validated_after_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}:{self.provider_ref}"


class WebhookEvent(models.Model):
    """A callback as it came, byte for byte, and what was made of it."""

    gateway = models.CharField(max_length=12)
    event_id = models.CharField(max_length=120, blank=True)
    """The provider's own; empty for a forged one, whose word is worth nothing."""
    headers = models.JSONField()
    payload = models.BinaryField()
    received_at = models.DateTimeField()
    times_received = models.PositiveIntegerField(default=1)
    verdict = models.CharField(max_length=12, default=WebhookVerdict.RECEIVED)
    detail = models.CharField(max_length=300, blank=True)
    attempt = models.ForeignKey(
        PaymentAttempt, models.PROTECT, null=True, related_name="webhook_events"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "event_id"],
                condition=~models.Q(event_id=""),
                name="an_event_is_kept_once",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=[v.value for v in WebhookVerdict]),
                name="webhook_verdict",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_id}"
