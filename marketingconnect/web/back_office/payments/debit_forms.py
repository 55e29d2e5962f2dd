"""What accounting types about a debit: the day its money came, or why the bank refused it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from marketingconnect.clock import paris_date
from marketingconnect.payments.models import DirectDebit
from marketingconnect.web.back_office.payments.bank_codes import CODES, OTHER
from marketingconnect.web.back_office.payments.fields import day_field


class CollectForm(forms.Form):
    """The day of the bank."""

    received_on = day_field("Encaissés le")


class RejectForm(forms.Form):
    """The code that the bank gave, or its words."""

    code = forms.ChoiceField(
        label="Motif de la banque",
        choices=[
            ("", "Choisissez"),
            *((code, f"{words} ({code})") for code, words in CODES.items()),
            (OTHER, "Autre motif"),
        ],
        error_messages={"required": "Choisissez le motif donné par la banque."},
    )
    words = forms.CharField(
        label="Lequel", max_length=60, required=False, help_text="Pour un autre motif seulement."
    )
    on = day_field("Rejeté le")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("code") == OTHER and not data.get("words", "").strip():
            self.add_error("words", ValidationError("Écrivez le motif de la banque."))
        return data

    def stands(self, debit: DirectDebit, today: date) -> bool:
        """Whether the day may be that of the bank's answer."""
        if paris_date(debit.announced_at) <= self.cleaned_data["on"] <= today:
            return True
        self.add_error("on", "Le rejet vient après l’annonce, et pas dans le futur.")
        return False

    def refusal(self) -> dict[str, Any]:
        """What the service asks for."""
        code = self.cleaned_data["code"]
        reason = self.cleaned_data["words"].strip() if code == OTHER else code
        return {"reason": reason, "on": self.cleaned_data["on"]}
