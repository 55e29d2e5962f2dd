"""What staff decide about a rental."""

import re
from decimal import Decimal
from typing import Any, Final

from django import forms

from marketingconnect.claims.rules.settlement import Decision
from marketingconnect.offers.list_rental.rules.ordering import MOST_USES
from marketingconnect.offers.list_rental.vocabulary import USE_LABELS

_AMOUNT: Final = re.compile(r"\d{1,7}(?:[.,]\d{1,4})?")
_SPACES: Final = re.compile(r"[\s\u00a0\u202f€]+")
DECISIONS: Final = [
    (Decision.TOP_UP.value, "Compléter : livrer les adresses qui manquent"),
    (Decision.NEW_AGREEMENT.value, "Nouvel accord : facturer la quantité livrée"),
    (Decision.CANCEL.value, "Annuler : retirer le fichier et rendre le prix"),
]


class ReasonForm(forms.Form):
    """Why; the client reads it."""

    reason = forms.CharField(
        label="Raison",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Le client la lit sur sa page et par e-mail.",
        error_messages={"required": "Dites pourquoi : le client le lira."},
    )


class CancelForm(ReasonForm):
    """Why, and whether file fees are due."""

    with_file_fee = forms.BooleanField(
        label="Facturer les frais de dossier (art. CL.7)", required=False
    )


class SettleForm(forms.Form):
    """What the parties agreed on, beyond the tolerance."""

    decision = forms.ChoiceField(
        label="Ce qui est convenu",
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui est convenu avec le client."},
    )
    agreed_unit_price = forms.CharField(
        label="Nouveau prix du mille",
        max_length=20,
        required=False,
        help_text="Pour un nouvel accord ; vide, le prix unitaire de la commande reste.",
    )
    reason = forms.CharField(
        label="En une phrase",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Qui a dit quoi, et quand. Gardée avec la décision.",
        error_messages={"required": "Dites en une phrase ce qui est convenu avec le client."},
    )

    def clean_agreed_unit_price(self) -> Decimal | None:
        compact = _SPACES.sub("", self.cleaned_data["agreed_unit_price"])
        if not compact:
            return None
        if not _AMOUNT.fullmatch(compact):
            raise forms.ValidationError("Écrivez un prix en euros, par exemple 180,00.")
        return Decimal(compact.replace(",", "."))


class AmendForm(forms.Form):
    """Other uses, proposed to the client with their price."""

    uses = forms.MultipleChoiceField(
        label="Usages",
        choices=[(use.value, label) for use, label in USE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un usage."},
    )
    times = forms.IntegerField(
        label="Nombre d’utilisations",
        min_value=1,
        max_value=MOST_USES,
        error_messages={
            "required": "Indiquez un nombre d’utilisations.",
            "invalid": "Écrivez un nombre entier.",
            "min_value": "Un fichier sert une fois au moins.",
            "max_value": f"Un fichier sert {MOST_USES} fois au plus.",
        },
    )

    def wanted(self) -> dict[str, Any]:
        return {"uses": self.cleaned_data["uses"], "times": self.cleaned_data["times"]}
