"""A proposal and its lines: composed live, frozen when it is sent."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.catalogue.models import PriceList
from marketingconnect.orders.models import Order
from marketingconnect.payments.states import PaymentMethod
from marketingconnect.proposals.states import NEVER_SENT, ProposalState
from marketingconnect.terms.models import TermsVersion


class Proposal(models.Model):
    """Amounts are cents, frozen when it is sent. Facts are dates; the state follows them."""

    reference = models.CharField(max_length=20, unique=True)
    """`PR-2026-000042`."""
    company = models.ForeignKey(Company, models.PROTECT, related_name="proposals")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in ProposalState],
        default=ProposalState.DRAFT,
    )
    advisor = models.ForeignKey(User, models.PROTECT, related_name="+")
    """Who prepared it (CGV II.1.c)."""
    created_at = models.DateTimeField()
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replacements"
    )
    payment_method = models.CharField(max_length=12, default=PaymentMethod.TRANSFER)
    instalments = models.PositiveSmallIntegerField(default=1)
    first_due_on = models.DateField(null=True)
    """Day agreed for the first instalment, if any."""
    validity_days = models.PositiveSmallIntegerField()
    message = models.TextField(max_length=2000, blank=True)
    purchase_reference = models.CharField(max_length=60, blank=True)
    proposed_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    """The last day, included."""
    price_list = models.ForeignKey(PriceList, models.PROTECT, null=True, related_name="+")
    terms = models.ForeignKey(TermsVersion, models.PROTECT, null=True, related_name="+")
    """The version attached: that in force on the day it was sent."""
    territory = models.CharField(max_length=30, blank=True)
    top_up_cents = models.BigIntegerField(default=0)
    net_cents = models.BigIntegerField(default=0)
    vat_cents = models.BigIntegerField(default=0)
    """VAT of the day it was sent, as an indication: the day of the invoice decides."""
    total_cents = models.BigIntegerField(default=0)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    pdf_path = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=500, blank=True)
    order = models.OneToOneField(Order, models.PROTECT, null=True, related_name="proposal")
    renewal_asked_at = models.DateTimeField(null=True)
    """When the client asked for an up-to-date one."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ProposalState]),
                name="proposal_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in NEVER_SENT])
                | models.Q(
                    proposed_at__isnull=False,
                    valid_until__isnull=False,
                    price_list__isnull=False,
                    terms__isnull=False,
                ),
                name="a_proposal_sent_is_frozen",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ProposalState.ACCEPTED, order__isnull=False)
                | ~models.Q(state=ProposalState.ACCEPTED) & models.Q(order__isnull=True),
                name="a_proposal_accepted_is_an_order",
            ),
            models.CheckConstraint(
                condition=models.Q(total_cents=models.F("net_cents") + models.F("vat_cents")),
                name="proposal_total_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(instalments__gte=1), name="proposal_has_a_payment"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ProposalLine(models.Model):
    """An offer's item; what follows `is_live` is empty while the proposal is a draft."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="lines")
    offer = models.CharField(max_length=20)
    item_id = models.BigIntegerField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    discount_reason = models.CharField(max_length=120, blank=True)
    is_live = models.BooleanField(default=False)
    """Whether its proposal waits for the client's answer."""
    label = models.CharField(max_length=200, blank=True)
    service = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=20, blank=True)
    unit_price = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    parts = models.JSONField(default=list)
    """As on an order's line."""
    uses = models.PositiveSmallIntegerField(default=1)
    net_cents = models.BigIntegerField(default=0)
    described = models.JSONField(default=dict)
    """What decided the price: quantity, price codes and uses, to notice a change."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "offer", "item_id"], name="an_item_is_in_a_proposal_once"
            ),
            models.UniqueConstraint(
                fields=["offer", "item_id"],
                condition=models.Q(is_live=True),
                name="an_item_is_proposed_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(discount_percent=0)
                | models.Q(discount_percent__gt=0, discount_percent__lte=100)
                & ~models.Q(discount_reason=""),
                name="a_discount_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer}:{self.item_id}"


class DiscountLimit(models.Model):
    """From a day on, the largest discount that an advisor may give on a line, in percent."""

    in_force_from = models.DateField(unique=True)
    most_percent = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-in_force_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(most_percent__gte=0, most_percent__lte=100),
                name="discount_limit_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.in_force_from}: {self.most_percent} %"


class ProposalCounter(models.Model):
    """The last number given in a year; locked by the transaction that gives one."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
