"""What a person types about a mail that names no message of ours."""

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.sending.bounces import Kind

KINDS = {
    Kind.BOUNCE: "Rebond",
    Kind.COMPLAINT: "Plainte",
    Kind.AUTO_REPLY: "Réponse automatique",
    Kind.OTHER: "Autre",
}
REASONS = [
    ("spam", "Publicité ou courrier indésirable"),
    ("reply", "Réponse d’une personne, transmise au client ou traitée"),
    ("unrelated", "Sans rapport avec un envoi"),
    ("unknown", "Destinataire introuvable après recherche"),
]


class SearchForm(forms.Form):
    """To whom the message left."""

    adresse = forms.CharField(
        label="Adresse du destinataire",
        max_length=254,
        error_messages={"required": "Tapez l’adresse à laquelle le message était parti."},
    )
    commande = forms.CharField(
        label="Commande ou campagne",
        max_length=20,
        required=False,
        help_text="BC-2026-000042, ou le numéro de la campagne. Vide : les 60 derniers jours.",
    )
    sorte = forms.ChoiceField(
        label="Ce que dit cet e-mail",
        choices=[(kind.value, label) for kind, label in KINDS.items()],
        help_text="Un rebond compte l’adresse comme non aboutie ; une plainte la désinscrit.",
        error_messages={"required": "Dites ce qu’est cet e-mail."},
    )

    def clean_adresse(self) -> str:
        try:
            return normalise_email(self.cleaned_data["adresse"])
        except InvalidValueError as error:
            raise ValidationError(
                "Cette adresse ne se lit pas : tapez-la comme claire@example.org."
            ) from error


class AttachForm(forms.Form):
    """One of the recipients found."""

    campaign_id = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    position = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    kind = forms.ChoiceField(choices=[(kind.value, label) for kind, label in KINDS.items()])


class DismissForm(forms.Form):
    """Why nothing follows."""

    reason = forms.ChoiceField(
        label="Motif",
        choices=[("", "Choisissez un motif"), *REASONS],
        error_messages={"required": "Choisissez un motif."},
    )
    comment = forms.CharField(label="Précision", max_length=220, required=False)

    def sentence(self) -> str:
        """What is kept and shown."""
        label, comment = dict(REASONS)[self.cleaned_data["reason"]], self.cleaned_data["comment"]
        return f"{label} : {comment}" if comment else f"{label}."
