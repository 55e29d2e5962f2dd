"""What an administrator types about the terms and the prices."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django import forms

from marketingconnect.kernel.money import Money
from marketingconnect.kernel.working_days import WORKING_DAY_TERRITORIES
from marketingconnect.terms.parameters import SETTINGS, Setting
from marketingconnect.terms.rules import ChangeKind, Refusal, RefusalMeans
from marketingconnect.web.terms_compared import READINGS

LONGEST_TEXT: Final = 300_000
_CENTS: Final = Decimal(100)


def day_field(label: str, *, help_text: str = "") -> forms.DateField:
    """A day, in the browser's own calendar."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez une date.",
            "invalid": "Cette date n’existe pas : écrivez par exemple 01/01/2027.",
        },
    )


class RevisionForm(forms.Form):
    """The state of the draft that was on the screen."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)


class DraftForm(RevisionForm):
    """The title and the text."""

    title = forms.CharField(
        label="Titre", max_length=200, error_messages={"required": "Donnez un titre."}
    )
    body = forms.CharField(
        label="Texte",
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea({"rows": 28}),
        help_text="Un article commence par « ### B.1.4 — Date d’envoi », suivi de « *(règle)* » "
        "si la plateforme l’applique. Les numéros déjà publiés restent.",
        error_messages={"required": "Le texte est vide."},
    )


class PublishForm(RevisionForm):
    """The first day of the new version."""

    in_force_from = day_field("En vigueur à partir du")


class FiguresForm(RevisionForm):
    """Every figure and reading of the terms, within its range."""

    def __init__(self, *args: Any, current: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (types, setting) in SETTINGS.items():
            self.fields[name] = _field_of(types, setting)
            self.fields[name].initial = _shown(current[name], types)

    def parameters(self) -> dict[str, Any]:
        """What was typed, in the plain form that a version keeps."""
        return {name: _plain(self.cleaned_data[name], SETTINGS[name][0]) for name in SETTINGS}


def _field_of(types: tuple[type[Any], ...], setting: Setting) -> forms.Field:
    kind = types[0]
    common: dict[str, Any] = {
        "label": f"{setting.meaning} ({setting.article})",
        "required": type(None) not in types and kind is not bool,
    }
    limits: dict[str, Any] = {"min_value": setting.least, "max_value": setting.most}
    if kind is bool:
        return forms.BooleanField(**common)
    if kind is int:
        return forms.IntegerField(**common, **limits)
    if kind is Decimal:
        return forms.DecimalField(**common, **limits, max_digits=7, decimal_places=2, localize=True)
    if kind is Money:
        return forms.DecimalField(
            **common, min_value=0, max_digits=11, decimal_places=2, localize=True
        )
    if issubclass(kind, StrEnum):
        return forms.ChoiceField(**common, choices=[(one.value, READINGS[one]) for one in kind])
    choices = [(one.value, one.label_fr) for one in WORKING_DAY_TERRITORIES]
    return forms.ChoiceField(**common, choices=choices)


def _shown(plain: Any, types: tuple[type[Any], ...]) -> Any:
    return Decimal(plain) / _CENTS if types[0] is Money else plain


def _plain(typed: Any, types: tuple[type[Any], ...]) -> Any:
    if types[0] is Money:
        return int(typed * _CENTS)
    return format(typed.normalize(), "f") if isinstance(typed, Decimal) else typed


class RefusalForm(forms.Form):
    """How and when a client refused a change."""

    means = forms.ChoiceField(
        label="Comment",
        choices=[
            (RefusalMeans.REGISTERED_LETTER.value, "Lettre recommandée"),
            (RefusalMeans.EMAIL.value, "E-mail"),
        ],
        widget=forms.RadioSelect,
        initial=RefusalMeans.REGISTERED_LETTER.value,
        error_messages={"required": "Choisissez une lettre recommandée ou un e-mail."},
    )
    letter_number = forms.CharField(label="Numéro de la lettre", max_length=40, required=False)
    posted_on = day_field("Postée ou envoyé le")
    received_on = day_field("Reçue le")

    def __init__(self, *args: Any, kind: ChangeKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is ChangeKind.PRICES:
            del self.fields["means"]

    def refusal(self) -> Refusal:
        """What the client sent."""
        data = self.cleaned_data
        return Refusal(
            RefusalMeans(data.get("means", RefusalMeans.REGISTERED_LETTER)),
            data["letter_number"],
            data["posted_on"],
            data["received_on"],
        )


class PriceListForm(forms.Form):
    """The name of a tariff and its first day."""

    title = forms.CharField(
        label="Nom du tarif", max_length=120, error_messages={"required": "Donnez un nom au tarif."}
    )
    in_force_from = day_field("En vigueur à partir du")

    @staticmethod
    def initial_of(title: str, earliest: date) -> dict[str, Any]:
        """A new list starts from the name of the last one, on the first day possible."""
        return {"title": title, "in_force_from": earliest}
