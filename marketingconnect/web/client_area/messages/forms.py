"""Forms of the message pages; what is accepted in a block is decided by `messages.blocks`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from marketingconnect.messages.blocks import (
    BLOCK_TYPES,
    LEGAL_FIELDS,
    Block,
    Field,
    InvalidBlockError,
    clean_block,
    clean_fields,
)
from marketingconnect.messages.theme import COLOUR_LABELS, CORNERS, FONTS


class DetailsForm(forms.Form):
    """Subject, sender and the draft's own name."""

    name = forms.CharField(label="Nom du message, pour vous", max_length=120)
    subject = forms.CharField(label="Objet", max_length=200, required=False)
    preheader = forms.CharField(label="Pré-en-tête", max_length=200, required=False)
    sender_name = forms.CharField(label="Nom de l’expéditeur", max_length=60, required=False)
    reply_to = forms.EmailField(label="Adresse de réponse", required=False)


class ThemeForm(forms.Form):
    """Colours and letters."""

    accent = forms.CharField(
        label=COLOUR_LABELS["accent"], widget=forms.TextInput({"type": "color"})
    )
    ground = forms.CharField(
        label=COLOUR_LABELS["ground"], widget=forms.TextInput({"type": "color"})
    )
    paper = forms.CharField(label=COLOUR_LABELS["paper"], widget=forms.TextInput({"type": "color"}))
    ink = forms.CharField(label=COLOUR_LABELS["ink"], widget=forms.TextInput({"type": "color"}))
    title_font = forms.ChoiceField(
        label="Lettres des titres", choices=[(code, font[0]) for code, font in FONTS.items()]
    )
    text_font = forms.ChoiceField(
        label="Lettres du texte", choices=[(code, font[0]) for code, font in FONTS.items()]
    )
    corner = forms.ChoiceField(label="Coins", choices=list(CORNERS.items()))


class HtmlForm(forms.Form):
    """The client's own HTML, pasted or sent as a file."""

    html = forms.CharField(
        label="Votre code HTML",
        widget=forms.Textarea({"rows": 14, "spellcheck": "false"}),
        required=False,
    )
    file = forms.FileField(label="Ou un fichier .html", required=False)
    footer = forms.BooleanField(
        label="Ajouter notre pied de message (mentions et lien de désinscription)", required=False
    )


class PictureForm(forms.Form):
    """A picture to keep."""

    file = forms.FileField(label="Image (JPEG, PNG, WebP ou GIF)")
    alt = forms.CharField(label="Ce que montre l’image", max_length=200, required=False)
    licence_note = forms.CharField(
        label="D’où vient-elle ? Qui vous permet de l’utiliser ?", max_length=200
    )
    is_logo = forms.BooleanField(label="C’est notre logo", required=False)


class LegalForm(forms.Form):
    """The mentions of the footer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in LEGAL_FIELDS:
            self.fields[field.name] = _form_field(field, {})

    def clean(self) -> dict[str, Any]:
        return _checked(self, LEGAL_FIELDS)


class BlockForm(forms.Form):
    """One block, its fields made from its kind."""

    def __init__(
        self, kind: str, *args: Any, pictures: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = BLOCK_TYPES[kind]
        for field in self.kind.fields:
            self.fields[field.name] = _form_field(field, pictures or {})

    def clean(self) -> dict[str, Any]:
        return _checked(self, self.kind.fields)

    def block(self, block_id: str) -> Block:
        """The block typed. Raises InvalidBlockError."""
        return clean_block({**self.cleaned_data, "id": block_id, "type": self.kind.code})


class FallbacksForm(forms.Form):
    """What replaces each field that a contact lacks."""

    def __init__(self, labels: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in labels.items():
            self.fields[name] = forms.CharField(label=label, max_length=120, required=False)


def _checked(form: forms.Form, fields: Sequence[Field]) -> dict[str, Any]:
    """Errors of the editor's own rules, each beside its field."""
    cleaned = form.cleaned_data
    try:
        return dict(clean_fields(fields, cleaned))
    except InvalidBlockError as refusal:
        for name, sentence in refusal.errors.items():
            form.add_error(name, sentence)
    return cleaned


def _form_field(field: Field, pictures: Mapping[str, str]) -> forms.Field:
    if field.kind == "choice":
        return forms.ChoiceField(
            label=field.label, choices=field.choices, help_text=field.help, required=False
        )
    if field.kind == "picture":
        choices = [("", "Aucune image"), *pictures.items()]
        return forms.ChoiceField(
            label=field.label, choices=choices, required=False, widget=forms.RadioSelect
        )
    widget = forms.Textarea({"rows": 7}) if field.kind == "markup" else forms.TextInput()
    return forms.CharField(
        label=field.label, required=False, help_text=field.help, widget=widget, strip=True
    )
