"""What the message pages show: the editor's parts, and the two sides of a conflict."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from marketingconnect.contacts.queries import usable_files
from marketingconnect.messages.blocks import BLOCK_TYPES, LEGAL_FIELDS, Block, summary
from marketingconnect.messages.composing.rendering import PICTURE_PATH
from marketingconnect.messages.library import our_pictures
from marketingconnect.messages.merge_fields import SUGGESTED_FALLBACKS
from marketingconnect.messages.models import Message
from marketingconnect.messages.queries import compiled_draft, merge_choices, pictures_of
from marketingconnect.messages.theme import COLOUR_LABELS, PALETTES, clean_theme
from marketingconnect.web.client_area.messages.forms import (
    BlockForm,
    DetailsForm,
    FallbacksForm,
    HtmlForm,
    LegalForm,
    ThemeForm,
)
from marketingconnect.web.components import Tab

PANELS = {
    "contenu": "Contenu",
    "objet": "Objet et expéditeur",
    "apparence": "Couleurs et lettres",
    "mentions": "Mentions légales",
    "champs": "Personnalisation",
    "texte": "Version en texte",
}
_DETAILS = {"name", "subject", "preheader", "sender_name", "reply_to"}


@dataclass(frozen=True)
class Typed:
    """What was posted, and to which page."""

    path: str
    values: dict[str, str]


@dataclass(frozen=True)
class BlockRow:
    """A block in the editor's list."""

    block: Block
    label: str
    icon: str
    summary: str
    number: int
    is_open: bool


def panels_of(message: Message, current: str) -> list[Tab]:
    """The tabs of the editor; own HTML has no colours to choose."""
    base = reverse("client_area:message_edit", args=[message.pk])
    names = [name for name in PANELS if not (message.kind == "html" and name == "apparence")]
    return [Tab(PANELS[name], f"{base}?onglet={name}", name == current) for name in names]


def picture_choices(company_id: int) -> dict[str, str]:
    """Public name -> description: the client's pictures first, then our drawings."""
    own = {each.public_name: each.alt or "Votre image" for each in pictures_of(company_id)}
    ours = {name: f"Dessin : {name[7:-4].replace('-', ' ')}" for name in our_pictures()}
    return own | ours


def rows_of(message: Message, open_id: str) -> list[BlockRow]:
    """The blocks, in order."""
    return [
        BlockRow(
            block=block,
            label=BLOCK_TYPES[block["type"]].label,
            icon=BLOCK_TYPES[block["type"]].icon,
            summary=summary(block),
            number=number,
            is_open=block["id"] == open_id,
        )
        for number, block in enumerate(message.content.get("blocks", []))
    ]


def panel_context(message: Message, panel: str, open_id: str) -> dict[str, Any]:
    """What one panel of the editor needs, its form filled with what is kept."""
    make = _PANEL_CONTEXT.get(panel, _content_panel)
    return make(message, open_id)


def _content_panel(message: Message, open_id: str) -> dict[str, Any]:
    if message.kind == "html":
        kept = {"html": message.content.get("html", ""), "footer": message.content.get("footer")}
        return {"html_form": HtmlForm(initial=kept), "removed": message.content.get("removed", [])}
    opened = next((b for b in message.content["blocks"] if b["id"] == open_id), None)
    form = opened and BlockForm(
        opened["type"], initial=opened, pictures=picture_choices(message.company_id)
    )
    return {"rows": rows_of(message, open_id), "block_form": form, "kinds": BLOCK_TYPES.values()}


def _details_panel(message: Message, _: str) -> dict[str, Any]:
    return {
        "details_form": DetailsForm(initial={name: getattr(message, name) for name in _DETAILS})
    }


def _theme_panel(message: Message, _: str) -> dict[str, Any]:
    theme = clean_theme(message.content.get("theme", {}))
    return {"theme_form": ThemeForm(initial=theme.as_dict()), "palettes": PALETTES.items()}


def _legal_panel(message: Message, _: str) -> dict[str, Any]:
    return {"legal_form": LegalForm(initial=message.content.get("legal", {}))}


def fallback_labels(message: Message) -> dict[str, str]:
    """The fields used in the message, then the usual ones, with their labels."""
    labels = merge_choices(message)
    used = {name: labels.get(name, name) for name in compiled_draft(message).merge_fields}
    return used | {name: labels[name] for name in SUGGESTED_FALLBACKS if name in labels}


def _fields_panel(message: Message, _: str) -> dict[str, Any]:
    form = FallbacksForm(fallback_labels(message), initial=message.fallbacks)
    return {"fallbacks_form": form, "files": usable_files(message.company_id)}


def _text_panel(message: Message, _: str) -> dict[str, Any]:
    own = str(message.content.get("text", ""))
    return {"own_text": own, "derived_text": own or compiled_draft(message).text}


_PANEL_CONTEXT = {
    "objet": _details_panel,
    "apparence": _theme_panel,
    "mentions": _legal_panel,
    "champs": _fields_panel,
    "texte": _text_panel,
}


def typed_and_kept(message: Message, typed: Typed) -> list[tuple[str, str, str]]:
    """For a conflict: label, what was typed, what is kept now; only where they differ."""
    kept = _kept_values(message, typed.path)
    labels = _labels()
    rows = [
        (labels.get(name, name), value, str(kept.get(name, "")))
        for name, value in typed.values.items()
        if str(kept.get(name, "")) != value
    ]
    return rows or [("Ce que vous demandiez", "la même chose", "la même chose")]


def _kept_values(message: Message, path: str) -> dict[str, Any]:
    block_id = path.rstrip("/").rsplit("/", 1)[-1]
    for block in message.content.get("blocks", []):
        if block["id"] == block_id:
            return dict(block)
    return {
        **{name: getattr(message, name) for name in _DETAILS},
        **message.fallbacks,
        **message.content.get("legal", {}),
        **message.content.get("theme", {}),
        "text": message.content.get("text", ""),
        "html": message.content.get("html", ""),
    }


def _labels() -> dict[str, str]:
    fields = [field for kind in BLOCK_TYPES.values() for field in kind.fields]
    details = {name: str(field.label) for name, field in DetailsForm.base_fields.items()}
    return {
        **{field.name: field.label for field in [*fields, *LEGAL_FIELDS]},
        **details,
        **COLOUR_LABELS,
        "html": "Code HTML",
    }


def picture_src(name: str) -> str:
    """Where a page of ours shows a picture from."""
    return f"{PICTURE_PATH}{name}"
