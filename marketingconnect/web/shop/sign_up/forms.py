"""Log in, register, choose a password."""

from typing import Any, Final

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from marketingconnect.accounts.models import User
from marketingconnect.accounts.services import Registration
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.siren import normalise_siret
from marketingconnect.web.company_form import CompanyForm

_AUTHOR_FIELDS: Final = ("email", "first_name", "last_name")


def clean_email(typed: str) -> str:
    """One address in its canonical form, or a sentence for its field."""
    try:
        return normalise_email(typed)
    except InvalidValueError as error:
        raise ValidationError(error.message, error.code) from error


class LogInForm(forms.Form):
    email = forms.CharField(label="Adresse e-mail", max_length=254)
    password = forms.CharField(
        label="Mot de passe", max_length=200, strip=False, widget=forms.PasswordInput
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class EmailForm(forms.Form):
    email = forms.CharField(label="Adresse e-mail", max_length=254)

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])


class RegisterForm(CompanyForm):
    """A company and its first user."""

    siret = forms.CharField(label="Numéro SIRET", max_length=30)
    is_agent = forms.BooleanField(
        label="Nous sommes une agence ou une centrale d’achat : nous agissons pour d’autres",
        required=False,
    )
    first_name = forms.CharField(label="Votre prénom", max_length=80)
    last_name = forms.CharField(label="Votre nom", max_length=80)
    email = forms.CharField(label="Votre adresse e-mail", max_length=254)

    field_order = ["siret", "legal_name"]

    def clean_siret(self) -> str:
        try:
            return normalise_siret(self.cleaned_data["siret"])
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def registration(self) -> Registration:
        """Everything checked, for the service."""
        return Registration(**self.details())


class NewPasswordForm(forms.Form):
    """A password typed once, shown on demand; `user` lets too similar ones be refused."""

    password = forms.CharField(
        label="Choisissez un mot de passe",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        help_text="Au moins 12 caractères. Une phrase courte est facile à retenir.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self._user)
        return password

    @property
    def chosen(self) -> str:
        """Once valid."""
        return str(self.cleaned_data["password"])
