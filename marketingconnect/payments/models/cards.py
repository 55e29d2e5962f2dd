"""Cards that clients let us debit again, and each debit: announced, then tried (CGV II.2.b)."""

from django.db import models

from marketingconnect.accounts.models import Company
from marketingconnect.orders.models import Order
from marketingconnect.payments.models.agreed import Instalment
from marketingconnect.payments.models.receipts import PaymentAttempt
from marketingconnect.payments.states import CardDebitState, StoredCardState


class StoredCard(models.Model):
    """A card kept by the provider for one order; ours is its token, never its number."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="stored_cards")
    order = models.ForeignKey(Order, models.PROTECT, related_name="stored_cards")
    attempt = models.OneToOneField(PaymentAttempt, models.PROTECT, related_name="stored_card")
    """The payment during which the client gave it."""
    gateway = models.CharField(max_length=12)
    token = models.CharField(max_length=160)
    label = models.CharField(max_length=40)
    """What a client recognises: `Visa •••• 4242`."""
    expires_on = models.DateField()
    """The last day on which it can be debited."""
    consent = models.TextField()
    """The words the client agreed to, order and instalments included."""
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in StoredCardState],
        default=StoredCardState.ACTIVE,
    )
    kept_at = models.DateTimeField()
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in StoredCardState]),
                name="stored_card_state",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state=StoredCardState.ACTIVE),
                name="one_live_stored_card_an_order",
            ),
            models.CheckConstraint(
                condition=models.Q(state=StoredCardState.ACTIVE, ended_on__isnull=True)
                | ~models.Q(state=StoredCardState.ACTIVE) & models.Q(ended_on__isnull=False),
                name="a_stored_card_ended_has_its_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(consent="") & ~models.Q(token=""),
                name="a_stored_card_has_a_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.label}"


class CardDebit(models.Model):
    """One instalment to debit from a stored card. Each try is an attempt of its own."""

    card = models.ForeignKey(StoredCard, models.PROTECT, related_name="debits")
    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="card_debits")
    cents = models.BigIntegerField()
    """As announced; never more is debited."""
    announced_at = models.DateTimeField()
    debit_on = models.DateField(db_index=True)
    """The day of the next try."""
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in CardDebitState],
        default=CardDebitState.ANNOUNCED,
    )
    times_refused = models.PositiveSmallIntegerField(default=0)
    first_refused_on = models.DateField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="card_debit_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in CardDebitState]),
                name="card_debit_state",
            ),
            models.UniqueConstraint(
                fields=["instalment"],
                condition=~models.Q(state=CardDebitState.CANCELLED),
                name="an_instalment_is_debited_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=CardDebitState.ANNOUNCED, ended_on__isnull=True)
                | ~models.Q(state=CardDebitState.ANNOUNCED) & models.Q(ended_on__isnull=False),
                name="a_card_debit_ended_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instalment} {self.card.label}"
