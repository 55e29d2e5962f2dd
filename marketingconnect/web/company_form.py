"""The fields of a company, for whoever types them: its registration, or a later change."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.accounts.errors import BillingOutsideFranceError
from marketingconnect.accounts.rules import billing_territory
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import normalise_phone
from marketingconnect.kernel.postal_address import LINE_LENGTH, BusinessAddress

_FIELD_OF_LINE: Final = {
    1: "legal_name",
    2: "billing_recipient",
    3: "billing_complement",
    4: "billing_street",
    5: "billing_locality",
    6: "billing_postal_code",
}
_PLACE: Final = "BP 0"
"""Stands in so that one line can be laid out without the others."""


class CompanyForm(forms.Form):
    """Name, billing address in France as NF Z10-011 prints it, phone and web site."""

    legal_name = forms.CharField(label="Raison sociale", max_length=120)
    country = forms.ChoiceField(
        label="Pays de facturation", choices=[("FR", "France"), ("XX", "Un autre pays")]
    )
    billing_recipient = forms.CharField(label="Personne ou service", max_length=60, required=False)
    billing_complement = forms.CharField(
        label="Bâtiment, zone d’activité", max_length=60, required=False
    )
    billing_street = forms.CharField(label="Numéro et rue", max_length=100, required=False)
    billing_locality = forms.CharField(
        label="Lieu-dit ou boîte postale", max_length=60, required=False
    )
    billing_postal_code = forms.CharField(label="Code postal", max_length=10)
    billing_city = forms.CharField(label="Ville", max_length=60)
    phone = forms.CharField(label="Téléphone", max_length=30, required=False)
    website = forms.URLField(
        label="Site internet", max_length=200, required=False, assume_scheme="https"
    )

    def __init__(
        self, *args: Any, overseas_collectivities_accepted: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._collectivities = overseas_collectivities_accepted

    def clean_billing_postal_code(self) -> str:
        return "".join(self.cleaned_data["billing_postal_code"].split())

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        try:
            return normalise_phone(typed).e164 if typed else ""
        except InvalidValueError as error:
            raise ValidationError(error.message, error.code) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"legal_name", "country", "billing_postal_code", "billing_city"} <= cleaned.keys():
            self._check_country(cleaned)
            self._lay_out(cleaned)
        return cleaned

    def _check_country(self, cleaned: dict[str, Any]) -> None:
        try:
            cleaned["territory"] = billing_territory(
                country=cleaned["country"],
                postal_code=cleaned["billing_postal_code"],
                overseas_collectivities_accepted=self._collectivities,
            ).value
        except BillingOutsideFranceError as error:
            abroad = cleaned["country"] != "FR"
            self.add_error("country" if abroad else "billing_postal_code", error.sentence)
        except InvalidValueError as error:
            self.add_error("billing_postal_code", error.message)

    def _lay_out(self, cleaned: dict[str, Any]) -> None:
        """Keep each line as it will be printed, or say what is wrong beside its field."""
        if self.errors:
            return
        for error in _address(cleaned).errors():
            self.add_error(_FIELD_OF_LINE[error.line], error.message)
        if not self.errors:
            cleaned.update(_printed(cleaned))

    def details(self) -> dict[str, Any]:
        """The company's fields, ready for `update_company` or a registration."""
        return {key: value for key, value in self.cleaned_data.items() if key != "country"}


def _address(cleaned: dict[str, Any], **only: str) -> BusinessAddress:
    values = {
        "recipient": cleaned.get("billing_recipient", ""),
        "building": cleaned.get("billing_complement", ""),
        "street": cleaned.get("billing_street", ""),
        "place": cleaned.get("billing_locality", ""),
    }
    return BusinessAddress(
        company=cleaned["legal_name"][:LINE_LENGTH],
        postal_code=cleaned["billing_postal_code"],
        town=cleaned["billing_city"],
        **(only or values),
    )


def _printed(cleaned: dict[str, Any]) -> dict[str, str]:
    """Each line alone, laid out by the kernel: abbreviations, capitals, no accent."""
    names = {
        "billing_recipient": "recipient",
        "billing_complement": "building",
        "billing_street": "street",
        "billing_locality": "place",
    }
    printed = {}
    for field, line in names.items():
        alone = _address(cleaned, **{"place": _PLACE, line: cleaned[field] or _PLACE}).lines()[1]
        printed[field] = "" if alone == _PLACE else alone
    last = _address(cleaned, place=_PLACE).lines()[-1]
    return {**printed, "billing_city": last.partition(" ")[2]}
