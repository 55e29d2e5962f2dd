"""The operator's people, as an administrator describes them."""

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.accounts.roles import STAFF_ROLE_LABELS
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError

_ROLES = [(role.value, label) for role, label in STAFF_ROLE_LABELS.items()]


class NewStaffForm(forms.Form):
    first_name = forms.CharField(label="Prénom", max_length=80)
    last_name = forms.CharField(label="Nom", max_length=80)
    email = forms.CharField(label="Adresse e-mail", max_length=254)
    role = forms.ChoiceField(label="Rôle", choices=_ROLES, widget=forms.RadioSelect)

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error


class StaffForm(forms.Form):
    role = forms.ChoiceField(label="Rôle", choices=_ROLES)
    is_active = forms.BooleanField(label="Peut se connecter", required=False)
