"""What an advisor chooses from to prepare something for a client: its own files and targets."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from marketingconnect.contacts.queries import usable_files
from marketingconnect.offers.list_rental.rules.ordering import MOST_USES
from marketingconnect.offers.list_rental.vocabulary import USE_LABELS
from marketingconnect.proposals.models import Proposal
from marketingconnect.targeting.criteria import Channel, Use
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saved import targets_of

_SHOWN: Final = 50


class _NamedForm(forms.Form):
    """What the client will find it under."""

    name = forms.CharField(
        label="Nom",
        max_length=120,
        help_text="Le client la retrouve sous ce nom dans ses campagnes.",
        error_messages={"required": "Donnez-lui un nom."},
    )


class CampaignForm(_NamedForm):
    """A campaign to one of the client's own files."""

    prefix = "campaign"
    file = forms.TypedChoiceField(
        label="Fichier de contacts",
        coerce=int,
        error_messages={
            "required": "Choisissez un de ses fichiers.",
            "invalid_choice": "Ce fichier n’est plus là : choisissez-en un autre.",
        },
    )

    def __init__(self, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = usable_files(proposal.company_id)[:_SHOWN]
        self.fields["file"].choices = [(one.pk, one.name) for one in files]  # type: ignore[attr-defined]


class BaseCampaignForm(_NamedForm):
    """A campaign to whom one of the client's targets counts in the base, by e-mail."""

    prefix = "base"
    target = forms.ModelChoiceField(
        label="Cible",
        queryset=SavedTarget.objects.none(),
        empty_label="Choisissez une cible",
        error_messages={
            "required": "Choisissez une de ses cibles.",
            "invalid_choice": "Cette cible n’est pas faite pour l’e-mail, ou n’est plus là : "
            "choisissez-en une autre.",
        },
    )

    def __init__(self, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = email_targets_of(proposal.company_id)  # type: ignore[attr-defined]


def email_targets_of(company_id: int) -> QuerySet[SavedTarget]:
    """The targets that may be written to by e-mail."""
    return targets_of(company_id).filter(
        criteria__channel=Channel.EMAIL.value, criteria__use=Use.SENDING.value
    )


class RentalForm(_NamedForm):
    """A file for one of the client's own targets."""

    prefix = "rental"
    target = forms.ModelChoiceField(
        label="Cible",
        queryset=SavedTarget.objects.none(),
        empty_label=None,
        error_messages={
            "required": "Choisissez une de ses cibles.",
            "invalid_choice": "Cette cible n’est plus là : choisissez-en une autre.",
        },
    )
    uses = forms.MultipleChoiceField(
        label="Usages convenus",
        choices=[(use.value, label) for use, label in USE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Dites à quoi servira le fichier."},
    )
    times = forms.TypedChoiceField(
        label="Combien de fois",
        coerce=int,
        choices=[(n, f"{n}\u00a0fois" if n > 1 else "Une fois") for n in range(1, MOST_USES + 1)],
    )

    def __init__(self, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = targets_of(proposal.company_id)  # type: ignore[attr-defined]


def preparing_forms(proposal: Proposal) -> dict[str, forms.Form]:
    """The forms that the page offers, each only when it has something to choose from."""
    offered: dict[str, forms.Form] = {}
    if usable_files(proposal.company_id).exists():
        offered["campaign_form"] = CampaignForm(proposal)
    if email_targets_of(proposal.company_id).exists():
        offered["base_form"] = BaseCampaignForm(proposal)
    if targets_of(proposal.company_id).exists():
        offered["rental_form"] = RentalForm(proposal)
    return offered
