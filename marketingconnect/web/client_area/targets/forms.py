"""What a client types to name a target, and the two that it compares."""

from collections.abc import Iterable
from typing import Any

from django import forms

from marketingconnect.base.vocabulary import POPULATION_LABELS
from marketingconnect.targeting.criteria import Population
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.web.components import ChoiceDetail
from marketingconnect.web.targeting.listing import in_words


class NameForm(forms.Form):
    """The name of a target."""

    name = forms.CharField(
        label="Nom de la cible",
        max_length=120,
        help_text="Pour vous y retrouver, par exemple « Familles autour du magasin ».",
        error_messages={
            "required": "Donnez un nom à votre cible.",
            "max_length": "Ce nom est trop long : 120 caractères au plus.",
        },
    )


class NewTargetForm(NameForm):
    """A name, and whom to look for."""

    population = forms.ChoiceField(
        label="Qui cherchez-vous ?",
        widget=forms.RadioSelect,
        choices=[(one.value, label) for one, label in POPULATION_LABELS.items()],
        initial=Population.CONSUMERS.value,
        error_messages={
            "required": "Choisissez particuliers ou professionnels.",
            "invalid_choice": "Choisissez particuliers ou professionnels.",
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["population"].choice_details = {  # type: ignore[attr-defined]
            "consumers": ChoiceDetail(
                description="Par lieu, âge, habitat, revenus du quartier…", icon="users"
            ),
            "professionals": ChoiceDetail(
                description="Par lieu, activité, effectif, date de création…",
                icon="briefcase-business",
            ),
        }


class TargetForm(forms.Form):
    """One of the company's saved targets."""

    target = forms.ChoiceField(
        label="Cible",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez une cible.",
            "invalid_choice": "Cette cible n’existe plus : choisissez-en une autre.",
        },
    )

    def __init__(self, targets: Iterable[SavedTarget], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        targets = list(targets)
        field = self.fields["target"]
        field.choices = [(str(one.pk), one.name) for one in targets]  # type: ignore[attr-defined]
        field.choice_details = {  # type: ignore[attr-defined]
            str(one.pk): ChoiceDetail(
                description=in_words(one),
                icon="crosshair",
                aside=Population(one.population).label,
                disabled_reason=self.refusal_of(one),
            )
            for one in targets
        }

    def refusal_of(self, target: SavedTarget) -> str:
        """Why this target cannot be chosen here; empty when it can."""
        return ""


class CompareForm(forms.Form):
    """Two targets of the same population."""

    a = forms.ModelChoiceField(
        SavedTarget.objects.none(),
        label="Cible A",
        empty_label="Choisissez",
        error_messages={
            "required": "Choisissez une première cible.",
            "invalid_choice": "Cette cible n’est plus dans votre liste.",
        },
    )
    b = forms.ModelChoiceField(
        SavedTarget.objects.none(),
        label="Cible B",
        empty_label="Choisissez",
        error_messages={
            "required": "Choisissez une seconde cible.",
            "invalid_choice": "Cette cible n’est plus dans votre liste.",
        },
    )

    def clean(self) -> None:
        a, b = self.cleaned_data.get("a"), self.cleaned_data.get("b")
        if a and b and a == b:
            self.add_error("b", "Choisissez deux cibles différentes.")
        elif a and b and a.population != b.population:
            self.add_error("b", "Comparez deux cibles de la même population.")
