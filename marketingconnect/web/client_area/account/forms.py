"""What the account pages ask."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from marketingconnect.accounts.models import Company
from marketingconnect.accounts.roles import (
    MANDATE_SCOPE_LABELS,
    MEMBER_ROLE_LABELS,
    MandateScope,
    MemberRole,
)
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.siren import normalise_siret
from marketingconnect.web.company_form import CompanyForm

DOCUMENT_MAX_BYTES: Final = 10 * 1024 * 1024
_MAGIC: Final = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class CompanyDetailsForm(CompanyForm):
    """The client's own details; the SIRET is shown, not asked."""

    paper_invoices = forms.BooleanField(
        label="Recevoir aussi les factures sur papier", required=False
    )

    @staticmethod
    def initial_of(company: Company) -> dict[str, Any]:
        names = [name for name in CompanyDetailsForm.base_fields if name != "country"]
        return {"country": "FR", **{name: getattr(company, name) for name in names}}


class InvitationForm(forms.Form):
    first_name = forms.CharField(label="Prénom", max_length=80)
    last_name = forms.CharField(label="Nom", max_length=80)
    email = forms.CharField(label="Adresse e-mail", max_length=254)
    role = forms.ChoiceField(
        label="Droits",
        choices=[(role.value, label) for role, label in MEMBER_ROLE_LABELS.items()],
        initial=MemberRole.EDITOR.value,
        widget=forms.RadioSelect,
    )

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        choices=[(role.value, label) for role, label in MEMBER_ROLE_LABELS.items()]
    )


class MandateForm(forms.Form):
    agent_siret = forms.CharField(label="SIRET du mandataire", max_length=30)
    scope = forms.ChoiceField(
        label="Ce qu’il peut faire",
        choices=[(scope.value, label) for scope, label in MANDATE_SCOPE_LABELS.items()],
        initial=MandateScope.ORDER.value,
        widget=forms.RadioSelect,
    )
    starts_on = forms.DateField(
        label="Premier jour", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label="Dernier jour",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    document = forms.FileField(label="Mandat signé (PDF ou image)")

    def clean_agent_siret(self) -> str:
        try:
            return normalise_siret(self.cleaned_data["agent_siret"])
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error

    def clean_document(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["document"]
        if (upload.size or 0) > DOCUMENT_MAX_BYTES:
            raise ValidationError("Ce document dépasse 10 Mo.")
        beginning = upload.read(8)
        upload.seek(0)
        if not beginning.startswith(_MAGIC):
            raise ValidationError("Envoyez un PDF, un JPEG ou un PNG.")
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Le dernier jour précède le premier.")
        return cleaned
