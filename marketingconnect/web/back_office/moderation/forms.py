"""What a moderator decides, and why."""

from django import forms

from marketingconnect.messages.rules.moderation import REASONS

DECISION_LABELS = {
    "approved": "Accepter",
    "changes_asked": "Demander une modification",
    "refused": "Refuser",
}


class DecisionForm(forms.Form):
    """The decision, its reason from the list, and words of one's own."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=list(DECISION_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une décision."},
    )
    reason = forms.ChoiceField(
        label="Motif",
        required=False,
        choices=[("", "Choisir un motif"), *((r.code, r.label) for r in REASONS.values())],
    )
    comment = forms.CharField(
        label="Précision pour le client",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )
