"""The basket of a company: what its members want to order. Prices are computed when shown."""

from django.db import models

from marketingconnect.accounts.models import Company, User


class CartLine(models.Model):
    """One offer's item, put in the basket once."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="cart_lines")
    offer = models.CharField(max_length=20)
    item_id = models.BigIntegerField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "item_id"], name="an_item_is_in_one_cart_once")
        ]

    def __str__(self) -> str:
        return f"{self.offer}:{self.item_id}"
