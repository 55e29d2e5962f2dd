"""Fields that several forms of accounting share."""

import re
from decimal import Decimal
from typing import Any, Final

from django import forms

from marketingconnect.kernel.money import Money

_AMOUNT: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
_SPACES: Final = re.compile(r"[\s\u00a0\u202f€]+")


def euros_in(typed: str) -> Money | None:
    """`1 234,50 €` as money; None for anything else."""
    compact = _SPACES.sub("", typed)
    if not _AMOUNT.fullmatch(compact):
        return None
    return Money.from_decimal(Decimal(compact.replace(",", ".")))


class AmountField(forms.CharField):
    """Euros as they are written in French."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> Money:
        amount = euros_in(super().clean(value))
        if amount is None:
            raise forms.ValidationError("Écrivez un montant en euros, par exemple 360,00.")
        return amount


def day_field(label: str, **options: Any) -> forms.DateField:
    """A day, with the browser's own calendar."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez ce jour.",
            "invalid": "Écrivez une date, par exemple 24/11/2026.",
        },
        **options,
    )
