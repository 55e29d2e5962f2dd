"""Fields that several forms of contracts share."""

from django import forms


def day(label: str) -> forms.DateField:
    """A day that must be given."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez ce jour.",
            "invalid": "Écrivez une date, par exemple 24/11/2026.",
        },
    )
