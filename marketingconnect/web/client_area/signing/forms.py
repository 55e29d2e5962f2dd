"""Forms of a signature: who signs, the code, why not."""

from typing import Any

from django import forms

from marketingconnect.accounts.models import User
from marketingconnect.kernel.phone import format_phone_fr
from marketingconnect.signature.models import SignatureRequest


class SignerForm(forms.Form):
    """The signer's identification data; the rule of the chapter judges them."""

    first_name = forms.CharField(
        label="Prénom", max_length=80, error_messages={"required": "Indiquez votre prénom."}
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, error_messages={"required": "Indiquez votre nom."}
    )
    position = forms.CharField(
        label="Fonction dans la société",
        max_length=80,
        error_messages={"required": "Indiquez votre fonction dans la société."},
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        error_messages={
            "required": "Indiquez votre adresse e-mail.",
            "invalid": "Cette adresse e-mail n’est pas valable.",
        },
    )
    mobile = forms.CharField(
        label="Mobile",
        max_length=30,
        help_text="Le code de signature y arrive par SMS.",
        error_messages={"required": "Indiquez un numéro de mobile."},
    )

    def person(self) -> dict[str, Any]:
        names = ("first_name", "last_name", "position", "email", "mobile")
        return {name: self.cleaned_data[name] for name in names}

    def add_problems(self, problems: dict[str, str]) -> None:
        """What the rule refuses, each beside its field."""
        for name, sentence in problems.items():
            self.add_error(name, sentence)


def known_signer(request: SignatureRequest, earlier: SignatureRequest | None) -> dict[str, str]:
    """What is known of the signer: typed for this document, for the one before, or at sign-up."""
    for known in (request, earlier):
        if known is not None and known.mobile and known.signer_id == request.signer_id:
            return {**_named(known), "position": known.position}
    return _named(request.signer)


def _named(person: SignatureRequest | User) -> dict[str, str]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "mobile": format_phone_fr(person.mobile) if person.mobile else "",
    }


class CodeForm(forms.Form):
    """The code as it came, with or without spaces."""

    code = forms.CharField(
        label="Code reçu par SMS",
        max_length=20,
        error_messages={"required": "Tapez le code reçu par SMS."},
    )

    @property
    def typed(self) -> str:
        code: str = self.cleaned_data["code"]
        return code


class RefusalForm(forms.Form):
    """Why the signer will not sign."""

    reason = forms.CharField(
        label="Pourquoi ne signez-vous pas ?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi : votre conseiller vous répondra."},
    )
