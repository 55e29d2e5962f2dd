"""Price lists by date: a line's price is the one in force the day the order is validated."""

from django.db import models


class OfferCode(models.TextChoices):
    """The four offers (CGV, définitions)."""

    EMAIL = "email", "EmailConnect"
    SMS = "sms", "ContactConnect"
    LIST_RENTAL = "list_rental", "ListConnect"
    GUARANTEED_CLICKS = "guaranteed_clicks", "Booster"


class PriceList(models.Model):
    """Immutable once in force; a new list replaces it from a date."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=120)
    in_force_from = models.DateField(unique=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["in_force_from"]

    def __str__(self) -> str:
        return f"Tarif {self.number}"


class PriceItem(models.Model):
    """A service and its unit: `email.own_file` per thousand addresses, `file_fee` per order."""

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="items")
    code = models.CharField(max_length=60)
    offer = models.CharField(max_length=20, choices=OfferCode.choices, blank=True)
    label = models.CharField(max_length=120)
    unit = models.CharField(max_length=20)
    """`thousand`, `flat`."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["price_list", "code"], name="one_price_a_service")
        ]

    def __str__(self) -> str:
        return self.label


class PriceTier(models.Model):
    """HT price of the whole quantity once it reaches `from_quantity` (prix par palier)."""

    item = models.ForeignKey(PriceItem, models.PROTECT, related_name="tiers")
    from_quantity = models.PositiveIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=12, decimal_places=4)
    """Euros HT per unit of the item (per thousand, or flat)."""

    class Meta:
        ordering = ["from_quantity"]
        constraints = [
            models.UniqueConstraint(fields=["item", "from_quantity"], name="one_tier_a_quantity"),
            models.CheckConstraint(
                condition=models.Q(unit_price__gte=0), name="price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} dès {self.from_quantity}"
