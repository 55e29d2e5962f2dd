"""What a client types to name a target, and the two that it compares."""

from django import forms

from marketingconnect.base.vocabulary import POPULATION_LABELS
from marketingconnect.targeting.criteria import Population
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.web.components import ChoiceDetail


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
