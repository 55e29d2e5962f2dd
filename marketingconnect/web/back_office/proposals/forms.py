"""What an advisor fills in: for whom, on which conditions, and why it is taken back."""

from typing import Any

from django import forms

from marketingconnect.payments.states import METHOD_LABELS, OFFLINE_SALE_METHODS
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.queries import client_company
from marketingconnect.proposals.rules import MOST_INSTALMENTS
from marketingconnect.proposals.services import Conditions
from marketingconnect.proposals.states import STATE_LABELS
from marketingconnect.terms.parameters import SETTINGS

_ALLOWED = SETTINGS["proposal_validity_days"][1]


class FilterForm(forms.Form):
    """The states of the list."""

    state = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Toutes"), *((s.value, label) for s, label in STATE_LABELS.items())],
    )
    mine = forms.BooleanField(label="Les miennes seulement", required=False)


class ClientForm(forms.Form):
    """The client's number; checked when it is read."""

    client = forms.CharField(
        label="Numéro de client",
        max_length=20,
        help_text="Par exemple C-000042 ; il figure en tête de sa fiche.",
        error_messages={"required": "Indiquez le numéro du client."},
    )

    def clean_client(self) -> str:
        typed: str = self.cleaned_data["client"].strip().upper()
        if client_company(typed) is None:
            raise forms.ValidationError("Aucun client ouvert ne porte ce numéro.")
        return typed


class LineForm(forms.Form):
    """An offer's item; built by our own pages."""

    offer = forms.SlugField(max_length=20)
    item_id = forms.IntegerField(min_value=1, max_value=2**62)


class ConditionsForm(forms.Form):
    """What is agreed with the client."""

    payment_method = forms.ChoiceField(
        label="Moyen de paiement convenu",
        choices=[(method.value, METHOD_LABELS[method]) for method in OFFLINE_SALE_METHODS],
        error_messages={"invalid_choice": "Choisissez un moyen de paiement."},
    )
    instalments = forms.TypedChoiceField(
        label="Paiement",
        coerce=int,
        choices=[
            (n, "En une fois" if n == 1 else f"En {n} échéances")
            for n in range(1, MOST_INSTALMENTS + 1)
        ],
        error_messages={"invalid_choice": f"Choisissez de 1 à {MOST_INSTALMENTS} échéances."},
    )
    first_due_on = forms.DateField(
        label="Jour de la première échéance",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="Dans le mois de l’acceptation (art. II.2.b). Vide : à payer aussitôt.",
        error_messages={"invalid": "Écrivez une date, par exemple 24/11/2026."},
    )
    validity_days = forms.IntegerField(
        label="Durée de validité",
        min_value=_ALLOWED.least,
        max_value=_ALLOWED.most,
        help_text="À compter de l’envoi.",
        error_messages={
            "required": "Indiquez une durée en jours.",
            "invalid": "Écrivez un nombre de jours.",
            "min_value": f"Au moins {_ALLOWED.least} jour.",
            "max_value": f"Au plus {_ALLOWED.most} jours.",
        },
    )
    purchase_reference = forms.CharField(
        label="Référence d’achat du client", max_length=60, required=False
    )
    message = forms.CharField(
        label="Message au client",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="Il le lit en tête de la proposition et dans l’e-mail.",
    )

    @classmethod
    def of(cls, proposal: Proposal) -> "ConditionsForm":
        names = cls.base_fields
        return cls(initial={name: getattr(proposal, name) for name in names})

    def conditions(self) -> Conditions:
        return Conditions(**self.cleaned_data)

    def add_problems(self, problems: dict[str, Any]) -> None:
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)


class WithdrawForm(forms.Form):
    """Why a proposal is taken back; the client reads it when it was sent."""

    reason = forms.CharField(
        label="Raison",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Le client la lit, s’il a reçu la proposition.",
    )
