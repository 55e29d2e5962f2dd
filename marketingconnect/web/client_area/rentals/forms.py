"""What a client types or picks to rent a file, and afterwards."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.columns import OPTIONS
from marketingconnect.offers.list_rental.rules.ordering import MOST_USES
from marketingconnect.offers.list_rental.vocabulary import (
    ROLE_LABELS,
    USE_LABELS,
    RentalUse,
)
from marketingconnect.targeting.criteria import Use
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.web.client_area.targets.forms import TargetForm
from marketingconnect.web.components import ChoiceDetail

_USE_DETAILS: Final[Mapping[str, ChoiceDetail]] = {
    RentalUse.DIRECT_MAIL: ChoiceDetail(
        description="Des courriers adressés, envoyés par vous ou votre routeur.", icon="mail"
    ),
    RentalUse.TELEPHONE: ChoiceDetail(
        description="Des appels passés par des personnes. Les numéros fixes sont livrés.",
        icon="phone",
    ),
}
FOR_SENDING: Final = (
    "Cette cible est faite pour un envoi, pas pour une location : choisissez-y l’adresse postale "
    "ou le téléphone fixe."
)
_TIMES = [(str(n), f"{n}\u00a0fois" if n > 1 else "Une fois") for n in range(1, MOST_USES + 1)]


class NameForm(forms.Form):
    """The name of a rental, for the client's own eyes."""

    name = forms.CharField(
        label="Nom de cette location",
        max_length=120,
        help_text="Pour vous y retrouver ; les personnes du fichier ne le voient pas.",
        error_messages={"required": "Donnez un nom à cette location."},
    )


class RentalTargetForm(TargetForm):
    """One of the company's targets that are made for renting."""

    def refusal_of(self, target: SavedTarget) -> str:
        return "" if target.criteria["use"] == Use.RENTAL else FOR_SENDING


class NewRentalForm(NameForm, RentalTargetForm):
    """A name and a target at once."""


class AnyChoices(forms.MultipleChoiceField):
    """What is not offered is refused by the rules, by its name and with its article."""

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) < 40


class UsesForm(forms.Form):
    """The designated uses, how many times, and the columns beside the address."""

    uses = AnyChoices(
        label="À quoi servira le fichier ?",
        choices=[(use.value, label) for use, label in USE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Dites à quoi servira le fichier."},
    )
    times = forms.TypedChoiceField(
        label="Combien de fois ?",
        choices=_TIMES,
        coerce=int,
        help_text="Chaque utilisation se paie. Envoyer deux courriers aux mêmes personnes, "
        "c’est deux utilisations.",
        error_messages={
            "required": "Dites combien de fois le fichier servira.",
            "invalid_choice": f"Un fichier sert de 1 à {MOST_USES} fois.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uses"].choice_details = dict(_USE_DETAILS)  # type: ignore[attr-defined]


class OptionsForm(UsesForm):
    """Uses, and the enrichment columns of the population."""

    columns = forms.MultipleChoiceField(
        label="Colonnes en plus de l’adresse",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Cette colonne n’existe pas pour ce ciblage."},
    )

    def __init__(self, population: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = OPTIONS[Population(population)] if population else {}
        field = self.fields["columns"]
        field.choices = [  # type: ignore[attr-defined]
            (name, column.title) for name, column in offered.items()
        ]


class SampleForm(forms.Form):
    """A sample of the message that the file will serve."""

    sample = forms.FileField(
        label="Exemplaire du message",
        help_text="Un PDF, une image PNG ou JPEG, ou un texte (le courrier, ou l’argumentaire des "
        "appels) ; 10 Mo au plus.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )


class HelperForm(forms.Form):
    """A subcontractor who acts for the client."""

    name = forms.CharField(
        label="Nom",
        max_length=120,
        error_messages={"required": "Indiquez le nom du sous-traitant."},
    )
    siret = forms.CharField(
        label="SIRET", max_length=20, error_messages={"required": "Indiquez son SIRET."}
    )
    role = forms.ChoiceField(
        label="Ce qu’il fait",
        choices=[("", "Choisissez"), *((role.value, label) for role, label in ROLE_LABELS.items())],
        error_messages={
            "required": "Choisissez son rôle.",
            "invalid_choice": "Choisissez un rôle.",
        },
    )


class AcceptForm(forms.Form):
    """The licence, read and accepted; its fingerprint is that of what was shown."""

    licence = forms.CharField(max_length=64, widget=forms.HiddenInput)
    accept = forms.BooleanField(
        label="J’ai lu cette licence et je l’accepte pour cette livraison.",
        error_messages={"required": "Lisez et acceptez la licence pour télécharger le fichier."},
    )


class UploadReturnsForm(forms.Form):
    """A list of references as a file."""

    list_file = forms.FileField(
        label="Liste des plis revenus",
        help_text="CSV, texte ou Excel : une colonne porte les références imprimées sur les plis.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )


class TypedReturnsForm(forms.Form):
    """References typed, or beeped by a scanner, one a line."""

    references = forms.CharField(
        label="Références, une par ligne",
        max_length=200_000,
        widget=forms.Textarea({"rows": 8}),
        help_text="Une douchette écrit ici toute seule : cliquez dans le champ, puis bipez.",
        error_messages={"required": "Indiquez au moins une référence."},
    )
    means = forms.ChoiceField(
        label="Comment",
        choices=[("typing", "Je les tape"), ("scan", "Je les lis avec une douchette")],
        initial="typing",
        widget=forms.RadioSelect,
        error_messages={"required": "Dites comment.", "invalid_choice": "Dites comment."},
    )


class LetterForm(forms.Form):
    """The registered letter of a claim."""

    number = forms.CharField(
        label="Numéro de la lettre recommandée",
        max_length=40,
        help_text="Il est sur le bordereau de dépôt.",
        error_messages={"required": "Indiquez le numéro de la lettre recommandée."},
    )
    posted_on = forms.DateField(
        label="Postée le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez le jour où la lettre a été postée.",
            "invalid": "Cette date n’existe pas : écrivez par exemple 24/11/2026.",
        },
    )
