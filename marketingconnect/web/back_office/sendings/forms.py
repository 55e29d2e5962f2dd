"""Reasons that staff give for what they do to a campaign."""

from django import forms

from marketingconnect.sending.states import Decision

REASONS = [
    ("client", "Demande du client"),
    ("content", "Signalement sur le contenu"),
    ("technical", "Incident technique"),
    ("legal", "Raison juridique ou demande d’une autorité"),
    ("resolved", "Le motif de la pause n’existe plus"),
]


class ReasonForm(forms.Form):
    """A reason from the list, and words of one's own."""

    reason = forms.ChoiceField(
        label="Motif",
        choices=[("", "Choisissez un motif"), *REASONS],
        error_messages={"required": "Choisissez un motif."},
    )
    comment = forms.CharField(
        label="Précision",
        max_length=240,
        required=False,
        help_text="Lue par le client sur la page de ses chiffres.",
    )

    def sentence(self) -> str:
        """What is kept and shown."""
        label = dict(REASONS)[self.cleaned_data["reason"]]
        comment = self.cleaned_data["comment"]
        return f"{label} : {comment}" if comment else f"{label}."


class DoubtForm(forms.Form):
    """How to see a doubtful recipient; nobody is written to again either way."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=[
            (Decision.CONSIDERED_SENT.value, "Considéré envoyé"),
            (Decision.NOT_RESENT.value, "À ne pas renvoyer"),
        ],
        error_messages={"required": "Choisissez une décision."},
    )
    reason = forms.CharField(
        label="Pourquoi",
        max_length=300,
        error_messages={"required": "Dites pourquoi : la décision est inscrite au journal."},
    )
