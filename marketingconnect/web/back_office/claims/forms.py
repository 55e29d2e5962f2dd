"""What accounting types about a claim."""

from django import forms

from marketingconnect.claims.rules.returns import Compensation


def _day(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez une date.",
            "invalid": "Cette date n’existe pas : écrivez par exemple 24/11/2026.",
        },
    )


class LetterForm(forms.Form):
    """The registered letter: number, posted, received."""

    number = forms.CharField(
        label="Numéro de la lettre recommandée",
        max_length=40,
        error_messages={"required": "Indiquez le numéro de la lettre recommandée."},
    )
    posted_on = _day("Postée le")
    received_on = _day("Reçue le", required=False)


class MailForm(forms.Form):
    """Envelopes that came by post: their references, the day they came."""

    references = forms.CharField(
        label="Références des plis reçus, une par ligne",
        max_length=200_000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": "Indiquez au moins une référence."},
    )
    handed_back_on = _day("Plis reçus le")


class DecideForm(forms.Form):
    """A credit note or replacement addresses, one of the two."""

    choice = forms.ChoiceField(
        label="Ce que le client obtient",
        choices=[
            (Compensation.CREDIT_NOTE.value, "Un avoir, au prix unitaire facturé (art. CL.6)"),
            (Compensation.REPLACEMENT.value, "Des adresses de remplacement (art. CL.9)"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un avoir ou des adresses de remplacement."},
    )
    comment = forms.CharField(
        label="Un mot au client",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class RefuseForm(forms.Form):
    """Why nothing is due after all."""

    sentence = forms.CharField(
        label="Pourquoi rien n’est dû",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Le client le lira tel quel.",
        error_messages={"required": "Dites pourquoi : le client le lira."},
    )
