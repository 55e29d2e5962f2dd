"""Claims about messages that did not arrive, and the figures they were decided on."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.rules.guarantees import GuaranteedChannel
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.contracts.models import RegisteredLetter
from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import OrderLine


class GuaranteeClaim(models.Model):
    """About the lot that an order line sold. Decided once: only an inadmissible one may recur."""

    reference = models.CharField(max_length=20, unique=True)
    """`RC-2026-000004`, in the same series as the other claims."""
    company = models.ForeignKey(Company, models.PROTECT, related_name="guarantee_claims")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="guarantee_claims")
    channel = models.CharField(
        max_length=5, choices=[(c.value, c.value) for c in GuaranteedChannel]
    )
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in GuaranteeState],
        default=GuaranteeState.RECEIVED,
    )
    letter = models.ForeignKey(
        RegisteredLetter, models.PROTECT, null=True, related_name="guarantee_claims"
    )
    sent_on = models.DateField()
    deadline = models.DateField(null=True)
    """The last day to post the letter, once examined."""
    rule = models.CharField(max_length=20, blank=True)
    sentence = models.CharField(max_length=400, blank=True)
    article = models.CharField(max_length=8, blank=True)
    credit_note = models.OneToOneField(
        Invoice, models.PROTECT, null=True, related_name="guarantee_claim"
    )
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=~models.Q(state=GuaranteeState.INADMISSIBLE),
                name="a_lot_is_claimed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in GuaranteeState]),
                name="guarantee_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[GuaranteeState.INADMISSIBLE, GuaranteeState.REFUSED])
                | ~models.Q(rule="") & ~models.Q(article=""),
                name="a_refused_guarantee_has_its_rule",
            ),
            models.CheckConstraint(
                condition=models.Q(state=GuaranteeState.CREDITED, credit_note__isnull=False)
                | ~models.Q(state=GuaranteeState.CREDITED) & models.Q(credit_note__isnull=True),
                name="a_credited_guarantee_has_its_credit_note",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class GuaranteeFigures(models.Model):
    """One population of the lot, as the claim was decided on; amounts are cents HT."""

    claim = models.ForeignKey(GuaranteeClaim, models.PROTECT, related_name="figures")
    population = models.CharField(max_length=13, choices=[(p.value, p.label) for p in Population])
    rented = models.PositiveIntegerField()
    undelivered = models.PositiveIntegerField()
    threshold = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    """Percent; None where nothing is guaranteed."""
    billed_cents = models.BigIntegerField()
    compensated = models.PositiveIntegerField()
    net_cents = models.BigIntegerField()

    class Meta:
        ordering = ["claim", "population"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "population"], name="a_population_is_counted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    undelivered__lte=models.F("rented"),
                    compensated__lte=models.F("undelivered"),
                    net_cents__lte=models.F("billed_cents"),
                ),
                name="figures_that_can_be",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim}: {self.population}"
