"""What the keepers of the base type."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.base.people import PersonSought
from marketingconnect.base.vocabulary import (
    CHANNEL_LABELS,
    POPULATION_LABELS,
    PURPOSE_LABELS,
    Channel,
    Population,
    Purpose,
)
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import normalise_phone
from marketingconnect.kernel.siren import normalise_siret

CHANNELS = [(channel.value, label) for channel, label in CHANNEL_LABELS.items()]
SCOPES = [
    ("operator", "Notre base : plus louée ni utilisée"),
    ("everyone", "Tous les envois : aucun client ne lui écrit plus par notre service"),
]


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A civil day, with the browser's own picker."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez une date.",
            "invalid": "Cette date n’existe pas : écrivez par exemple 24/11/2026.",
        },
    )


class SupplierForm(forms.Form):
    """A supplier to register."""

    name = forms.CharField(
        label="Nom du fournisseur",
        max_length=120,
        error_messages={"required": "Nommez le fournisseur."},
    )
    siren = forms.CharField(label="SIREN", max_length=20, required=False)
    contact_name = forms.CharField(label="Interlocuteur", max_length=120, required=False)
    contact_email = forms.EmailField(
        label="Son adresse e-mail",
        max_length=254,
        required=False,
        error_messages={"invalid": "Cette adresse n’en est pas une."},
    )
    licence = forms.CharField(
        label="Contrat ou licence",
        max_length=120,
        required=False,
        help_text="Tel qu’il est imprimé dans les fichiers livrés.",
    )


class RightForm(forms.Form):
    """What a contract allows."""

    population = forms.ChoiceField(
        label="Population",
        choices=[(one.value, label) for one, label in POPULATION_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une population."},
    )
    channels = forms.MultipleChoiceField(
        label="Canaux",
        choices=CHANNELS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un canal."},
    )
    purposes = forms.MultipleChoiceField(
        label="Usages",
        choices=[(one.value, label) for one, label in PURPOSE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un usage."},
    )
    starts_on = day_field("Du")
    ends_on = day_field("Au (inclus)", required=False, help_text="Vide tant que rien n’y met fin.")
    contract_reference = forms.CharField(
        label="Référence du contrat",
        max_length=120,
        error_messages={"required": "Indiquez la référence du contrat."},
    )
    register_reference = forms.CharField(
        label="Entrée du registre des traitements", max_length=120, required=False
    )
    document = forms.FileField(
        label="Contrat signé (PDF)",
        required=False,
        error_messages={"empty": "Ce fichier est vide : choisissez-en un autre."},
    )

    def right(self) -> dict[str, Any]:
        """What the service asks for, the document apart."""
        data = self.cleaned_data
        return {
            "population": Population(data["population"]),
            "channels": [Channel(one) for one in data["channels"]],
            "purposes": [Purpose(one) for one in data["purposes"]],
            **{
                name: data[name]
                for name in ("starts_on", "ends_on", "contract_reference", "register_reference")
            },
        }


class EndForm(forms.Form):
    """The last day of a right."""

    ends_on = day_field("Dernier jour (inclus)")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Raison",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Gardée au journal.",
        error_messages={"required": "Dites pourquoi : la raison est gardée au journal."},
    )


class PersonForm(forms.Form):
    """Whom one looks for: a name with its postal code, a number, an address, or a SIRET."""

    name = forms.CharField(label="Nom (et prénom)", max_length=120, required=False)
    postal_code = forms.CharField(label="Code postal", max_length=10, required=False)
    phone = forms.CharField(label="Téléphone", max_length=30, required=False)
    email = forms.CharField(label="Adresse e-mail", max_length=254, required=False)
    siret = forms.CharField(label="SIRET", max_length=20, required=False)

    def clean_postal_code(self) -> str:
        return "".join(self.cleaned_data["postal_code"].split())

    def clean_phone(self) -> str:
        return self._read("phone", lambda typed: normalise_phone(typed).e164)

    def clean_email(self) -> str:
        return self._read("email", normalise_email)

    def clean_siret(self) -> str:
        return self._read("siret", normalise_siret)

    def _read(self, name: str, reader: Any) -> str:
        typed = self.cleaned_data[name]
        try:
            return str(reader(typed)) if typed else ""
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and PersonSought(**data).is_empty:
            raise ValidationError(
                "Donnez un nom avec son code postal, un téléphone, une adresse e-mail ou un SIRET."
            )
        return data

    def sought(self) -> PersonSought:
        return PersonSought(**self.cleaned_data)


class OppositionForm(forms.Form):
    """On which channels a person opposes, and to what."""

    channels = forms.MultipleChoiceField(
        label="Canaux refusés",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un canal."},
    )
    scope = forms.ChoiceField(
        label="Ce que la personne refuse",
        choices=SCOPES,
        initial="operator",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l’étendue de l’opposition."},
    )
    reason = forms.CharField(
        label="Demande reçue",
        max_length=40,
        help_text="Par exemple : courrier du 12 novembre. Gardée avec l’opposition.",
        error_messages={"required": "Dites comment la demande est arrivée."},
    )

    def __init__(self, channels: list[Channel], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channels"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = [(channel.value, channel.label) for channel in channels]
        field.initial = [channel.value for channel in channels]


class TypedOppositionForm(forms.Form):
    """Somebody whom the base does not hold today."""

    channel = forms.ChoiceField(
        label="Canal",
        choices=CHANNELS,
        error_messages={"required": "Choisissez un canal."},
    )
    address = forms.CharField(
        label="Numéro, adresse e-mail, ou nom et adresse postale",
        max_length=200,
        help_text="Pour un courrier : NOM Prénom, 12 rue des Lilas, 69001 Lyon.",
        error_messages={"required": "Écrivez l’adresse ou le numéro."},
    )
    scope = forms.ChoiceField(label="Ce que la personne refuse", choices=SCOPES, initial="operator")
    reason = forms.CharField(
        label="Demande reçue",
        max_length=40,
        error_messages={"required": "Dites comment la demande est arrivée."},
    )


def today_initial(today: date) -> dict[str, Any]:
    """A right begins today unless one says otherwise."""
    return {"starts_on": today}
