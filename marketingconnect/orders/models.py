"""The contract: what was ordered, at which price, under which terms."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.catalogue.models import PriceList
from marketingconnect.orders.states import LineState, OrderState, Sale
from marketingconnect.terms.models import TermsAcceptance, TermsVersion


class Order(models.Model):
    """Amounts are cents, frozen at acceptance. Facts are dates; the state follows them."""

    reference = models.CharField(max_length=20, unique=True)
    """`BC-2026-000042`."""
    request_uuid = models.UUIDField(unique=True)
    """Of the checkout form: sent twice, it gives the same order."""
    company = models.ForeignKey(Company, models.PROTECT, related_name="orders")
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in OrderState],
        default=OrderState.ACCEPTED,
    )
    terms = models.ForeignKey(TermsVersion, models.PROTECT, related_name="+")
    acceptance = models.OneToOneField(TermsAcceptance, models.PROTECT, related_name="order")
    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="+")
    territory = models.CharField(max_length=30)
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    sale = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in Sale], default=Sale.ONLINE
    )
    payment_method = models.CharField(max_length=12)
    """A `PaymentMethod`: `card`, `transfer` or `cheque`; offline, `debit` or `card_debit` too."""
    purchase_reference = models.CharField(max_length=60, blank=True)
    """The client's own order number, printed on the invoice."""
    accepted_at = models.DateTimeField()
    form_signed_at = models.DateTimeField(null=True)
    """When the signed order form was received; never for an order placed on line."""
    mandate_signed_at = models.DateTimeField(null=True)
    """When the signed direct-debit mandate was received."""
    firm_at = models.DateTimeField(null=True)
    payment_received_on = models.DateField(null=True)
    payment_validated_on = models.DateField(null=True)
    started_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in OrderState]), name="order_state"
            ),
            models.CheckConstraint(
                condition=models.Q(sale__in=[s.value for s in Sale]), name="order_sale"
            ),
            models.CheckConstraint(
                condition=models.Q(total_cents=models.F("net_cents") + models.F("vat_cents")),
                name="order_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class OrderLine(models.Model):
    """One offer each, or the line that brings the order to the minimum billing (CGV II.1.b)."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    offer = models.CharField(max_length=20, blank=True)
    """Code of the offer; empty for the minimum-billing line."""
    item_id = models.BigIntegerField(null=True)
    """The offer's own row (for EmailConnect, the EmailCampaign)."""
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in LineState],
        default=LineState.TO_PREPARE,
    )
    label = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=20)
    unit_price = models.DecimalField(max_digits=12, decimal_places=4)
    """Euros HT per unit, options and uses included."""
    parts = models.JSONField(default=list)
    """[{"code": "list.phone", "label": "…", "unit_price": "90"}]: what the price adds up."""
    uses = models.PositiveSmallIntegerField(default=1)
    session = models.JSONField(default=dict)
    """{"session": 7, "on": "2026-11-27", "people": [{"name": "…", "side": "client"}]}: the live
    session in which its criteria were made (CGV B.1.3); empty when nobody sat together."""
    net_cents = models.BigIntegerField()
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_line_a_number"),
            models.UniqueConstraint(
                fields=["offer", "item_id"],
                condition=models.Q(item_id__isnull=False) & ~models.Q(state="stopped"),
                name="an_item_is_sold_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in LineState]), name="line_state"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class OrderCounter(models.Model):
    """The last number given in a year; locked by the transaction that places an order."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
