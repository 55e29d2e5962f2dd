"""Fields of Django forms with their label, help and error tied together."""

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

from marketingconnect.web.components import ChoiceDetail
from marketingconnect.web.templatetags.attributes import attributes

register = template.Library()

_TEMPLATES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "components/fields/checkbox.html"),
    (forms.CheckboxSelectMultiple, "components/fields/choices.html"),
    (forms.RadioSelect, "components/fields/choices.html"),
    (forms.ClearableFileInput, "components/fields/file_drop.html"),
    (forms.FileInput, "components/fields/file_drop.html"),
]
_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.Textarea, "textarea"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, ""),
    (forms.Select, "select"),
]


def _widget_class(widget: forms.Widget) -> str:
    return next((name for kind, name in _CLASSES if isinstance(widget, kind)), "input")


def _described_by(field: BoundField, help_text: str) -> str:
    ids = []
    if help_text:
        ids.append(f"{field.auto_id}_aide")
    if field.errors:
        ids.append(f"{field.auto_id}_erreur")
    return " ".join(ids)


def _control(field: BoundField, help_text: str, extra: Mapping[str, Any]) -> SafeString:
    """The widget with the class of the house and its ties to help and error."""
    widget = field.field.widget
    attrs: dict[str, Any] = {
        "class": f"{_widget_class(widget)} {widget.attrs.get('class', '')}".strip() or None,
        "rows": 5 if widget.attrs.get("rows") == "10" else None,
        "aria-describedby": _described_by(field, help_text) or None,
        "aria-invalid": "true" if field.errors else None,
    }
    attrs.update({name.replace("_", "-"): value for name, value in extra.items()})
    return field.as_widget(
        attrs={name: value for name, value in attrs.items() if value is not None}
    )


@register.inclusion_tag("components/field.html")
def field(
    field: BoundField,
    *,
    label: str = "",
    help: str = "",
    width: str = "",
    suffix: str = "",
    optional: bool | None = None,
    **attrs: Any,
) -> dict[str, Any]:
    """A field of any kind; `width` is empty, `short` or `medium`; further arguments become
    attributes of the control (`autocomplete=`, `inputmode=`, `placeholder=`, `hx_post=`)."""
    help_text = help or str(field.help_text)
    kind = next((path for type_, path in _TEMPLATES if isinstance(field.field.widget, type_)), "")
    return {
        "field": field,
        "label": label or field.label,
        "help": help_text,
        "width": width,
        "suffix": suffix,
        "optional": (not field.field.required) if optional is None else optional,
        "template": kind or "components/fields/text.html",
        "control": _control(field, help_text, attrs),
        "described_by": _described_by(field, help_text),
    }


@register.inclusion_tag("components/fields/choice_cards.html")
def choice_cards(
    field: BoundField, *, details: Mapping[str, ChoiceDetail] | None = None, help: str = ""
) -> dict[str, Any]:
    """Radio buttons (or checkboxes) as cards. `details` maps a value to what the card says."""
    details = details or getattr(field.field, "choice_details", {})
    multiple = isinstance(field.field.widget, forms.CheckboxSelectMultiple)
    chosen = field.value() or []
    values = {str(v) for v in (chosen if isinstance(chosen, list | tuple) else [chosen])}
    cards = [
        {
            "value": str(value),
            "text": text,
            "id": f"{field.auto_id}_{at}",
            "checked": str(value) in values,
            "detail": details.get(str(value), ChoiceDetail()),
        }
        for at, (value, text) in enumerate(_choices(field))
        if str(value)
    ]
    return {
        "field": field, "cards": cards, "kind": "checkbox" if multiple else "radio",
        "help": help or field.help_text, "name": field.html_name,
        "described_by": _described_by(field, help or str(field.help_text)),
    }  # fmt: skip


def _choices(field: BoundField) -> list[tuple[Any, Any]]:
    return list(getattr(field.field, "choices", []))


@register.inclusion_tag("components/error_summary.html")
def error_summary(*bound: forms.BaseForm) -> dict[str, Any]:
    """What to mend, with a link to each field; place it first in the page."""
    lines = []
    for form in bound:
        if not form or not form.is_bound:
            continue
        lines += [("", message) for message in form.non_field_errors()]
        for item in form.visible_fields():
            lines += [(_target(item), _named(item, str(message))) for message in item.errors]
    return {"lines": lines}


def _named(item: BoundField, message: str) -> str:
    """The message with the label before it, so that the list reads alone."""
    colon = "" if item.label.endswith(("?", ".", "!", ":")) else "\u00a0:"
    return f"{item.label}{colon} {message}"


def _target(item: BoundField) -> str:
    """The id of the control one must reach: the first of a group of choices."""
    grouped = isinstance(item.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{item.auto_id}_0" if grouped else item.auto_id


@register.inclusion_tag("components/field.html")
def code_field(field: BoundField, *, length: int = 6, help: str = "") -> dict[str, Any]:
    """A one-time code in one box: pasted, typed or filled by the phone."""
    extra = {
        "class": "input code-input",
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "maxlength": length,
        "spellcheck": "false",
    }
    help_text = help or str(field.help_text)
    return {
        "field": field, "label": field.label, "help": help_text, "optional": False,
        "template": "components/fields/text.html", "control": _control(field, help_text, extra),
    }  # fmt: skip


@register.simple_tag
def hidden_input(name: str, value: Any) -> SafeString:
    """A value that travels with a form."""
    return SafeString(f"<input{attributes({'type': 'hidden', 'name': name, 'value': value})}>")
