"""Forms of the basket and the checkout."""

import uuid
from typing import Any

from django import forms

from marketingconnect.cart.queries import Cart
from marketingconnect.kernel.money import Money
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.payments.states import CHOSEN_METHODS, METHOD_LABELS, PaymentMethod
from marketingconnect.web.components import ChoiceDetail

_DETAILS = {
    PaymentMethod.CARD: ChoiceDetail(
        description="Votre commande est validée aussitôt.", icon="credit-card"
    ),
    PaymentMethod.TRANSFER: ChoiceDetail(
        description="Validée quand notre comptabilité enregistre votre virement.", icon="landmark"
    ),
    PaymentMethod.CHEQUE: ChoiceDetail(
        description="Validée quand notre comptabilité enregistre votre chèque.", icon="mail"
    ),
}


class AddForm(forms.Form):
    """An offer's item; built by our own pages."""

    offer = forms.SlugField(max_length=20)
    item_id = forms.IntegerField(min_value=1)

    def item(self) -> dict[str, Any]:
        return {"offer": self.cleaned_data["offer"], "item_id": self.cleaned_data["item_id"]}


class CheckoutForm(forms.Form):
    """What the client declares and chooses; hidden fields bind it to what was shown."""

    request_uuid = forms.UUIDField(widget=forms.HiddenInput)
    terms_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    shown_total_cents = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    payment_method = forms.ChoiceField(
        label="Comment payez-vous ?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un moyen de paiement."},
    )
    purchase_reference = forms.CharField(
        label="Votre référence d’achat",
        max_length=60,
        required=False,
        help_text="Imprimée sur la facture, par exemple un numéro de bon de commande.",
    )
    accept_terms = forms.BooleanField(
        error_messages={"required": "Acceptez les conditions générales pour commander."}
    )

    spend_credit = forms.BooleanField(required=False)

    def __init__(self, cart: Cart, credit: Money, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "request_uuid": uuid.uuid4(),
            "terms_sha256": cart.terms.sha256,
            "shown_total_cents": cart.total.cents,
            "payment_method": cart.methods[0],
        }
        super().__init__(*args, **kwargs)
        self.cart = cart
        self._offer_credit(credit)
        self._offer_methods()
        self.fields["accept_terms"].label = non_breaking(
            f"J’ai lu et j’accepte sans réserve les conditions générales de vente, "
            f"version\u00a0{cart.terms.number}."
        )
        for asked in cart.attestations:
            self.fields[f"attest_{asked.code}"] = forms.BooleanField(
                label=non_breaking(asked.sentence),
                error_messages={"required": "Cette déclaration est nécessaire pour commander."},
            )

    def _offer_credit(self, credit: Money) -> None:
        """CGV CL.6: what is left of credit notes, if anything is."""
        if not credit.cents:
            del self.fields["spend_credit"]
            return
        self.fields["spend_credit"].label = f"Utiliser mon avoir de {credit}"
        self.fields["spend_credit"].help_text = (
            "Il paie d’abord ; vous réglez le reste, s’il y en a."
            if credit < self.cart.total
            else "Il paie toute la commande."
        )

    def _offer_methods(self) -> None:
        offered = [PaymentMethod(method) for method in self.cart.methods]
        field = self.fields["payment_method"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [(method.value, METHOD_LABELS[method]) for method in offered]
        field.choice_details = {  # type: ignore[attr-defined]
            method.value: _DETAILS[method] for method in offered
        }

    def attestation_fields(self) -> list[forms.BoundField]:
        """The boxes to tick besides the terms."""
        return [self[f"attest_{asked.code}"] for asked in self.cart.attestations]

    def agreement(self) -> dict[str, Any]:
        """What the checkout service asks for."""
        data = self.cleaned_data
        ticked = [asked.code for asked in self.cart.attestations if data[f"attest_{asked.code}"]]
        names = ("request_uuid", "terms_sha256", "shown_total_cents", "payment_method")
        return {
            **{name: data[name] for name in names},
            "purchase_reference": data["purchase_reference"],
            "attestations": ticked,
            **({"spend_credit": True} if data.get("spend_credit") else {}),
        }


class MethodForm(forms.Form):
    """Another means of payment for an order that waits for its payment."""

    method = forms.ChoiceField(choices=[(m.value, METHOD_LABELS[m]) for m in CHOSEN_METHODS])
