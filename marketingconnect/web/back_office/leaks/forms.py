"""What the DPO types about traps and leaks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.base.vocabulary import POPULATION_LABELS, Population
from marketingconnect.geography.labels import routing_label
from marketingconnect.geography.places import communes_of
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import normalise_phone
from marketingconnect.offers.list_rental.delivery_files.traps.services import TrapFields


class LeakForm(forms.Form):
    """A file found elsewhere."""

    file = forms.FileField(
        label="Fichier trouvé",
        help_text="CSV, texte, Excel ou ZIP ; il est comparé, puis effacé.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )


class LetterForm(forms.Form):
    """What stands on an envelope or in an e-mail."""

    text = forms.CharField(
        label="Nom et adresse tels qu’ils sont écrits",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Recopiez le nom et l’adresse du pli."},
    )


class TrapForm(forms.Form):
    """Somebody of ours who agreed, in writing, to receive what is sent to a delivered file."""

    population = forms.ChoiceField(
        label="Dans quels fichiers",
        choices=[(one.value, label) for one, label in POPULATION_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une population."},
    )
    civility = forms.ChoiceField(
        label="Civilité", choices=[("0", "–"), ("1", "M."), ("2", "Mme")], required=False
    )
    first_name = forms.CharField(label="Prénom", max_length=60, required=False)
    last_name = forms.CharField(
        label="Nom, ou nom sur la boîte aux lettres",
        max_length=60,
        error_messages={"required": "Indiquez le nom."},
    )
    line2 = forms.CharField(label="Appartement, étage", max_length=38, required=False)
    line3 = forms.CharField(label="Bâtiment, résidence", max_length=38, required=False)
    line4 = forms.CharField(
        label="Numéro et voie", max_length=38, error_messages={"required": "Indiquez la voie."}
    )
    postal_code = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        error_messages={
            "required": "Indiquez le code postal.",
            "invalid": "Un code postal a cinq chiffres.",
        },
    )
    town = forms.CharField(
        label="Ville", max_length=32, error_messages={"required": "Indiquez la ville."}
    )
    phone = forms.CharField(label="Téléphone fixe", max_length=20, required=False)
    agreed_on = forms.DateField(
        label="Accord écrit du",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez le jour de l’accord.",
            "invalid": "Cette date n’existe pas : écrivez par exemple 24/11/2026.",
        },
    )
    agreement = forms.CharField(
        label="Où l’accord est gardé",
        max_length=200,
        error_messages={"required": "Dites où l’accord écrit est gardé."},
    )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        try:
            return normalise_phone(typed).e164 if typed else ""
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_person = data.get("population") == Population.CONSUMERS
        if is_person and (data.get("civility") not in {"1", "2"} or not data.get("first_name")):
            self.add_error("first_name", "Une personne a une civilité et un prénom.")
        if not self.errors:
            label = routing_label(data["town"])
            inside = communes_of(postal_code=data["postal_code"])
            place = next((one for one in inside if one.label == label), None)
            if place is None:
                self.add_error("town", "Cette ville n’est pas de ce code postal.")
            data["place"] = place
        return data

    def fields_of_trap(self) -> TrapFields:
        data = self.cleaned_data
        is_person = data["population"] == Population.CONSUMERS
        names = ("line2", "line3", "line4", "postal_code", "phone", "agreed_on", "agreement")
        return TrapFields(
            population=Population(data["population"]),
            civility=int(data["civility"]) if is_person else 0,
            first_name=data["first_name"] if is_person else "",
            last_name=data["last_name"],
            town=routing_label(data["town"]),
            commune=data["place"].code,
            departement=data["place"].departement,
            **{name: data[name] for name in names},
        )
