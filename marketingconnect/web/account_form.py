"""The account that a mandate debits, for whoever types it: its client, or staff asked by it."""

from django import forms


class AccountForm(forms.Form):
    """Its holder and its number."""

    debtor = forms.CharField(
        label="Titulaire du compte",
        max_length=70,
        error_messages={"required": "Indiquez le titulaire du compte."},
    )
    iban = forms.CharField(
        label="IBAN du compte à débiter",
        max_length=42,
        help_text="Sur le relevé d’identité bancaire ; il commence par FR pour une banque "
        "française.",
        error_messages={"required": "Indiquez l’IBAN du compte à débiter."},
    )
