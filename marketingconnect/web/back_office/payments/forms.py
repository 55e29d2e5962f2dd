"""What accounting types when money comes in."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from marketingconnect.kernel.money import Money
from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod

_AMOUNT = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
_SPACES = re.compile(r"[\s\u00a0\u202f€]+")


class ReceiptForm(forms.Form):
    """A transfer or a cheque that arrived."""

    method = forms.ChoiceField(
        label="Moyen de paiement",
        choices=[
            (method.value, METHOD_LABELS[method])
            for method in (PaymentMethod.TRANSFER, PaymentMethod.CHEQUE)
        ],
        widget=forms.RadioSelect,
    )
    amount = forms.CharField(label="Montant reçu", max_length=20)
    reference = forms.CharField(
        label="Référence",
        max_length=80,
        help_text="Celle de la banque pour un virement, le numéro pour un chèque.",
    )
    payer = forms.CharField(label="Émetteur", max_length=120, required=False)
    received_on = forms.DateField(
        label="Reçu le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_amount(self) -> Money:
        compact = _SPACES.sub("", self.cleaned_data["amount"])
        if not _AMOUNT.fullmatch(compact):
            raise forms.ValidationError("Écrivez un montant en euros, par exemple 360,00.")
        return Money.from_decimal(Decimal(compact.replace(",", ".")))

    def receipt(self) -> dict[str, Any]:
        """What the service asks for."""
        data = self.cleaned_data
        names = ("amount", "reference", "payer", "received_on")
        return {
            "method": PaymentMethod(data["method"]),
            **{name: data[name] for name in names},
        }


class ValidationForm(forms.Form):
    """The day accounting validates a receipt."""

    validated_on = forms.DateField(
        label="Validé le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class AssignForm(forms.Form):
    """The document that a movement of the bank pays."""

    number = forms.CharField(
        label="Commande ou facture",
        max_length=40,
        help_text="Son numéro, ou la référence RF du virement.",
    )


class AsideForm(forms.Form):
    """Why a movement of the bank pays nothing here."""

    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Déjà enregistré autrement, étranger à nos clients, à rendre…",
    )
