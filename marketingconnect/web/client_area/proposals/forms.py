"""The client's answer."""

import uuid
from typing import Any

from django import forms

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.states import PaymentMethod
from marketingconnect.proposals.services import Agreement
from marketingconnect.web.account_form import AccountForm
from marketingconnect.web.proposal_reading import Reading


class AcceptForm(AccountForm):
    """What the client declares and types; hidden fields bind it to what was shown."""

    request_uuid = forms.UUIDField(widget=forms.HiddenInput)
    terms_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    shown_total_cents = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    shown_first_due_on = forms.DateField(required=False, widget=forms.HiddenInput)
    accept_terms = forms.BooleanField(
        error_messages={"required": "Acceptez les conditions générales pour commander."}
    )

    def __init__(
        self, reading: Reading, mandate: DebitMandate | None, *args: Any, **kwargs: Any
    ) -> None:
        quote = reading.quote
        kwargs["initial"] = {
            "request_uuid": uuid.uuid4(),
            "terms_sha256": quote.terms.sha256,
            "shown_total_cents": quote.total.cents,
            "shown_first_due_on": reading.plan[0][0].isoformat() if reading.plan else "",
            "debtor": reading.proposal.company.legal_name,
        }
        super().__init__(*args, **kwargs)
        self.attestations = quote.attestations
        self.asks_account = (
            reading.proposal.payment_method == PaymentMethod.DEBIT and mandate is None
        )
        if not self.asks_account:
            del self.fields["debtor"], self.fields["iban"]
        self.fields["accept_terms"].label = non_breaking(
            "J’ai lu et j’accepte sans réserve les conditions générales de vente, "
            f"version\u00a0{quote.terms.number}."
        )
        for asked in self.attestations:
            self.fields[f"attest_{asked.code}"] = forms.BooleanField(
                label=non_breaking(asked.sentence),
                error_messages={"required": "Cette déclaration est nécessaire pour commander."},
            )

    def attestation_fields(self) -> list[forms.BoundField]:
        """The boxes to tick besides the terms."""
        return [self[f"attest_{asked.code}"] for asked in self.attestations]

    def agreement(self) -> Agreement:
        """What the service asks for."""
        data = self.cleaned_data
        ticked = [asked.code for asked in self.attestations if data[f"attest_{asked.code}"]]
        names = ("request_uuid", "terms_sha256", "shown_total_cents", "shown_first_due_on")
        return Agreement(
            **{name: data[name] for name in names},
            attestations=ticked,
            iban=data.get("iban", ""),
            debtor=data.get("debtor", ""),
        )


class RefuseForm(forms.Form):
    """Why; the advisor reads it."""

    reason = forms.CharField(
        label="Pourquoi ne vous convient-elle pas ?",
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text="Votre conseiller lit cette réponse. Le prix, la date, un besoin qui a changé : "
        "quelques mots suffisent.",
        error_messages={"required": "Dites-nous pourquoi, en quelques mots."},
    )
