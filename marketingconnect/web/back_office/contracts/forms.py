"""What staff decide about a contract, and what they write down of a registered letter."""

from typing import Any, Final

from django import forms

from marketingconnect.contracts.models import RegisteredLetter
from marketingconnect.contracts.rules.ending import AT_ONCE, BY_OPERATOR, Ground
from marketingconnect.contracts.rules.letters import Direction, LetterDates, Purpose, ScanKind

_READ: Final = "Le client la lit par e-mail et sur sa commande."
_WHY: Final = {"required": "Dites pourquoi : le client le lira."}


def _day(label: str, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez ce jour.",
            "invalid": "Écrivez une date, par exemple 24/11/2026.",
        },
    )


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Raison",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_READ,
        error_messages=_WHY,
    )


class SuspendForm(forms.Form):
    """Ground and reason of a suspension at once."""

    ground = forms.ChoiceField(
        label="Motif",
        choices=[(one.value, one.label) for one in Ground if one in AT_ONCE],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le motif de la suspension."},
    )
    reason = _reason()


class ResumeForm(forms.Form):
    """Why it goes on."""

    reason = forms.CharField(label="Pourquoi elle reprend", max_length=300, required=False)


class TerminateForm(forms.Form):
    """Ground, reason, what is asked for besides; a letter where the ground wants one."""

    ground = forms.ChoiceField(
        label="Motif",
        choices=[(one.value, one.label) for one in Ground if one in BY_OPERATOR],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le motif de la résiliation."},
    )
    reason = _reason()
    letter = forms.ModelChoiceField(
        label="Lettre recommandée",
        queryset=RegisteredLetter.objects.none(),
        required=False,
        empty_label="Aucune",
        help_text="Pour la force majeure seulement ; inscrivez-la d’abord au registre.",
    )
    damages = forms.CharField(
        label="Dommages et intérêts demandés",
        max_length=300,
        required=False,
        help_text="En une phrase, gardée avec la décision.",
    )


class NoticeForm(forms.Form):
    """The letter of a formal notice and the breach it tells."""

    number = forms.CharField(
        label="Numéro de la lettre recommandée",
        max_length=40,
        error_messages={"required": "Indiquez le numéro de la lettre recommandée."},
    )
    posted_on = _day("Postée le", required=True)
    breach = forms.CharField(
        label="Ce qui doit être corrigé",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_READ,
        error_messages={"required": "Dites quelle obligation n’est pas remplie."},
    )


class CureForm(forms.Form):
    """The day a breach was put right."""

    cured_on = _day("Corrigé le", required=True)


class DatesForm(forms.Form):
    """What the post says of a letter."""

    presented_on = _day("Présentée le")
    received_on = _day("Reçue le")
    refused_on = _day("Refusée le")
    unclaimed_on = _day("Non réclamée, rendue le")

    def dates(self, letter: RegisteredLetter) -> LetterDates:
        return LetterDates(posted_on=letter.posted_on, **self.cleaned_data)


class LetterForm(forms.Form):
    """A letter to write down."""

    direction = forms.ChoiceField(
        label="Sens",
        choices=[(one.value, one.label) for one in Direction],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si la lettre est envoyée ou reçue."},
    )
    purpose = forms.ChoiceField(label="Objet", choices=[(one.value, one.label) for one in Purpose])
    reference = forms.CharField(
        label="Commande",
        max_length=20,
        help_text="Son numéro, par exemple BC-2026-000042.",
        error_messages={"required": "Indiquez la commande dont il s’agit."},
    )
    number = forms.CharField(
        label="Numéro",
        max_length=40,
        error_messages={"required": "Indiquez le numéro de la lettre recommandée."},
    )
    posted_on = _day("Postée le", required=True)
    received_on = _day("Reçue le")

    def letter(self) -> dict[str, Any]:
        """What the service asks for, the order apart."""
        data = self.cleaned_data
        return {
            "direction": Direction(data["direction"]),
            "purpose": Purpose(data["purpose"]),
            "number": data["number"],
            "dates": LetterDates(posted_on=data["posted_on"], received_on=data["received_on"]),
        }


class ScanForm(forms.Form):
    """A proof to keep."""

    kind = forms.ChoiceField(label="Pièce", choices=[(one.value, one.label) for one in ScanKind])
    scan = forms.FileField(
        label="Fichier (PDF, PNG ou JPEG)",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )
