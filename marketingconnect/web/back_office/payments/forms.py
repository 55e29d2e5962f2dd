"""What accounting types when money comes in."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.payments.states import METHOD_LABELS, PaymentMethod
from marketingconnect.web.back_office.payments.fields import AmountField, day_field

_OTHER: Final = "other"
ASIDE_REASONS: Final = {
    "recorded": "Déjà enregistré autrement",
    "foreign": "Étranger à nos clients",
    "to_give_back": "À rendre à son émetteur",
    "unpaid_cheque": "Chèque impayé, noté sur son bordereau",
    "own": "Mouvement entre nos comptes",
    _OTHER: "Autre raison",
}


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
    amount = AmountField(label="Montant reçu")
    reference = forms.CharField(
        label="Référence",
        max_length=80,
        help_text="Celle de la banque pour un virement, le numéro pour un chèque.",
    )
    payer = forms.CharField(label="Émetteur", max_length=120, required=False)
    received_on = day_field("Reçu le")

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

    validated_on = day_field("Validé le")


class AssignForm(forms.Form):
    """The document that a movement of the bank pays."""

    number = forms.CharField(
        label="Commande ou facture",
        max_length=40,
        help_text="Son numéro, ou la référence RF du virement.",
    )


class AsideForm(forms.Form):
    """Why a movement of the bank pays nothing here."""

    why = forms.ChoiceField(
        label="Motif",
        choices=list(ASIDE_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez pourquoi ce mouvement est écarté."},
    )
    comment = forms.CharField(label="Précision", max_length=240, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("why") == _OTHER and not data.get("comment", "").strip():
            self.add_error("comment", ValidationError("Dites laquelle."))
        return data

    def reason(self) -> str:
        """One sentence, as the journal keeps it."""
        why, comment = self.cleaned_data["why"], self.cleaned_data["comment"].strip()
        if why == _OTHER:
            return str(comment)
        return f"{ASIDE_REASONS[why]} : {comment}" if comment else ASIDE_REASONS[why]
