"""What staff type about a client."""

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError


class SearchForm(forms.Form):
    q = forms.CharField(label="Chercher un client", max_length=100, required=False)


class CredentialsForm(forms.Form):
    """A new identifier is optional: without it only the password is withdrawn."""

    new_email = forms.CharField(label="Nouvel identifiant", max_length=254, required=False)
    reason = forms.CharField(label="Raison", max_length=300, widget=forms.Textarea({"rows": 3}))

    def clean_new_email(self) -> str:
        typed = self.cleaned_data["new_email"]
        try:
            return normalise_email(typed) if typed else ""
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error


class NoticeForm(forms.Form):
    decision = forms.ChoiceField(
        label="Que faire ?",
        choices=[
            ("requeue", "Renvoyer, au risque d’un doublon"),
            ("settle", "Classer comme reçu"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Raison", max_length=300)
