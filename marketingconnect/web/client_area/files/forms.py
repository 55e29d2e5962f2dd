"""What the client types about its file."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms

from marketingconnect.contacts.columns import Column
from marketingconnect.contacts.reading.encodings import ENCODING_LABELS
from marketingconnect.contacts.reading.layout import SEPARATORS, Layout
from marketingconnect.contacts.rules import LegalBasis, Origin, origin_faults
from marketingconnect.contacts.vocabulary import EXTRA, FIELD_LABELS, key_of
from marketingconnect.web.components import ChoiceDetail

DO_NOT_KEEP: Final = "Ne pas garder"

BASIS_DETAILS: Final = {
    LegalBasis.CONSENT: ChoiceDetail(
        "Case cochée sur un site, bulletin de fidélité, jeu… La personne savait qu’elle recevrait"
        " vos offres par e-mail.",
        icon="circle-check",
    ),
    LegalBasis.EXISTING_CUSTOMERS: ChoiceDetail(
        "Elles ont déjà acheté chez vous, vous leur écrivez pour des produits semblables, et elles"
        " ont pu refuser au moment de l’achat.",
        icon="store",
    ),
    LegalBasis.PROFESSIONALS: ChoiceDetail(
        "Vous leur écrivez à leur adresse professionnelle, sur leur métier, et elles ont été"
        " informées qu’elles peuvent s’y opposer.",
        icon="briefcase-business",
    ),
}

BASIS_NAMES: Final[dict[str, str]] = {
    LegalBasis.CONSENT: "Elles ont accepté de recevoir vos e-mails",
    LegalBasis.EXISTING_CUSTOMERS: "Ce sont vos clients",
    LegalBasis.PROFESSIONALS: "Ce sont des professionnels",
}


class UploadForm(forms.Form):
    """The list itself, and a name to find it again."""

    list_file = forms.FileField(
        label="Votre liste",
        help_text="CSV, TXT ou Excel (.xlsx), une personne par ligne, 512 Mo au plus.",
        error_messages={
            "required": "Choisissez un fichier sur votre ordinateur.",
            "empty": "Ce fichier est vide. Vérifiez qu’il contient bien votre liste.",
        },
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv,text/plain"}
        ),
    )
    name = forms.CharField(
        label="Nom dans votre espace",
        required=False,
        max_length=120,
        help_text="Par exemple « Clients fidèles ». Vide : le nom du fichier.",
    )


class LayoutForm(forms.Form):
    """How the file is read; everything was guessed already."""

    encoding = forms.ChoiceField(
        label="Accents", choices=list(ENCODING_LABELS.items()), required=False
    )
    separator = forms.ChoiceField(
        label="Séparateur des colonnes", choices=list(SEPARATORS.items()), required=False
    )
    sheet = forms.ChoiceField(label="Feuille du classeur", choices=(), required=False)
    header = forms.BooleanField(
        label="La première ligne contient les titres des colonnes", required=False
    )

    def __init__(self, typed: Any, *, kept: Layout, sheets: Sequence[str] = ()) -> None:
        initial = {
            "encoding": kept.encoding,
            "separator": kept.separator,
            "sheet": kept.sheet,
            "header": kept.header,
        }
        super().__init__(typed, initial=initial)
        if kept.kind == "xlsx":
            del self.fields["encoding"], self.fields["separator"]
            self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]
            if kept.encoding not in ENCODING_LABELS:
                self.fields["encoding"].choices += [(kept.encoding, kept.encoding)]  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        """What to change of the layout kept; an empty choice keeps what was guessed."""
        cleaned: dict[str, Any] = self.cleaned_data
        return {name: value for name, value in cleaned.items() if value != ""}


class MappingForm(forms.Form):
    """One choice a column; sensitive columns have none (CGV B.5)."""

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        for column in columns:
            if not column.sensitive:
                self.fields[f"column_{column.index}"] = _column_field(column)

    def mapping(self) -> dict[int, str]:
        """Column -> target, of the columns to keep."""
        return {
            int(name.removeprefix("column_")): target
            for name, target in self.cleaned_data.items()
            if target
        }

    def clean(self) -> dict[str, Any]:
        seen: set[str] = set()
        for name, target in list(self.cleaned_data.items()):
            key = key_of(target) if target else ""
            if key and key in seen:
                self.add_error(name, "Une autre colonne a déjà ce sens. Choisissez-en une seule.")
            seen.add(key)
        if "email" not in seen:
            self.add_error(
                None,
                "Dites quelle colonne contient les adresses e-mail : sans elle, rien à importer.",
            )
        return self.cleaned_data


def _column_field(column: Column) -> forms.ChoiceField:
    title = column.title or f"Colonne {column.index + 1}"
    own = column.target if column.target.startswith(EXTRA) else f"{EXTRA}{title[:60]}"
    choices = [("", DO_NOT_KEEP), *FIELD_LABELS.items(), (own, f"Garder sous « {title} »")]
    return forms.ChoiceField(
        label=title, choices=choices, required=False, initial=column.target, help_text=""
    )


class OriginForm(forms.Form):
    """Where the addresses come from (CGV B.5)."""

    legal_basis = forms.ChoiceField(
        label="Pourquoi pouvez-vous leur écrire ?",
        widget=forms.RadioSelect,
        choices=list(BASIS_NAMES.items()),
        required=False,
    )
    proof = forms.CharField(
        label="Comment ces adresses ont-elles été recueillies ?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : « Bulletin de la carte de fidélité, rempli en boutique, avec une"
        " case à cocher pour les e-mails. »",
        required=False,
        max_length=2000,
    )
    collected_from = forms.DateField(
        label="Entre le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez une date, comme 24/11/2026."},
        required=False,
    )
    collected_to = forms.DateField(
        label="et le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez une date, comme 24/11/2026."},
        required=False,
    )
    attested = forms.BooleanField(
        label="Je déclare que ces personnes ont été informées de l’usage de leur adresse, qu’aucune"
        " ne s’y est opposée, et que je peux en apporter la preuve.",
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def origin(self) -> Origin:
        """What was declared, as far as it could be read."""
        found = self.cleaned_data
        return Origin(
            legal_basis=found.get("legal_basis", ""),
            proof=found.get("proof", ""),
            collected_from=found.get("collected_from"),
            collected_to=found.get("collected_to"),
            attested=bool(found.get("attested")),
        )

    def clean(self) -> dict[str, Any]:
        for name, fault in origin_faults(origin=self.origin(), today=self._today).items():
            if name not in self.errors:
                self.add_error(name, fault)
        return self.cleaned_data
