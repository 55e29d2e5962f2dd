"""The two days of a statement, a mandate to revoke."""

from datetime import date
from typing import Any

from django import forms


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez ce jour.",
            "invalid": "Cette date n’existe pas : écrivez par exemple 24/11/2026.",
        },
    )


class PeriodForm(forms.Form):
    """From a day to another, both included."""

    du = _day("Du")
    au = _day("Au")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("du"), given.get("au")
        if first and last and last < first:
            self.add_error("au", "Ce jour précède le premier : choisissez-en un plus tardif.")
        return given

    def period(self, otherwise: tuple[date, date]) -> tuple[date, date]:
        """The days asked, or the usual ones while they do not stand."""
        if not self.is_valid():
            return otherwise
        return self.cleaned_data["du"], self.cleaned_data["au"]


class RevokeForm(forms.Form):
    """A mandate ends once its client says that it means it."""

    sure = forms.BooleanField(
        label="Je ne veux plus être prélevé : je réglerai autrement ce qui reste dû.",
        error_messages={"required": "Cochez la case pour révoquer ce mandat."},
    )
