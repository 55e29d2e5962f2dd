"""Icons, buttons, states, figures: the smallest components."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketingconnect.web.templatetags.attributes import attributes

register = template.Library()

STATUS_ICONS = {
    "neutral": "circle-dashed",
    "info": "info",
    "progress": "circle-dot",
    "success": "circle-check",
    "warning": "triangle-alert",
    "error": "circle-x",
}
_BUTTON_CLASSES = {
    "primary": "btn btn-primary",
    "secondary": "btn btn-quiet",
    "ghost": "btn btn-bare",
    "danger": "btn btn-danger",
    "danger-strong": "btn btn-danger-strong",
}
_BUTTON_SIZES = {"sm": " is-small", "md": "", "lg": " is-large"}


@register.simple_tag(name="icon")
def draw_icon(name: str, *, size: str = "", label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; without `label` a screen reader does not hear it."""
    classes = " ".join(filter(None, ["icon", f"is-{size}" if size else "", css]))
    spoken = attributes({"role": "img", "aria_label": label} if label else {"aria_hidden": "true"})
    return format_html(
        '<svg class="{}" focusable="false"{}><use href="{}#{}"></use></svg>',
        classes, spoken, static("built/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def button(
    text: str,
    *,
    href: str = "",
    variant: str = "primary",
    size: str = "md",
    icon: str = "",
    icon_after: str = "",
    type: str = "submit",
    disabled: bool = False,
    css: str = "",
    **others: Any,
) -> SafeString:
    """A verb to press: a link when it has `href`, a button otherwise.

    Further keyword arguments become attributes (`hx_post=`, `name=`, `data_dialog_open=`).
    """
    classes = f"{_BUTTON_CLASSES[variant]}{_BUTTON_SIZES[size]} {css}".strip()
    inside = format_html("{}<span>{}</span>{}", _inner_icon(icon), text, _inner_icon(icon_after))
    if href:
        return format_html(
            '<a class="{}" href="{}"{}>{}</a>', classes, href, attributes(others), inside
        )
    others = {"type": type, "disabled": disabled, **others}
    return format_html('<button class="{}"{}>{}</button>', classes, attributes(others), inside)


def _inner_icon(name: str) -> SafeString | str:
    return draw_icon(name) if name else ""


@register.simple_tag
def status(text: str, kind: str = "neutral", *, icon: str = "") -> SafeString:
    """A state: a word and a shape; the colour only repeats them."""
    shape = draw_icon(icon or STATUS_ICONS[kind], size="sm")
    return format_html('<span class="status status-{}">{}{}</span>', kind, shape, text)


@register.inclusion_tag("components/stat.html")
def stat(
    label: str, value: Any, *, unit: str = "", source: str = "", href: str = "", icon: str = ""
) -> dict[str, Any]:
    """A figure with its source and date; with `href` it opens what it is made of."""
    return {
        "label": label, "value": value, "unit": unit, "source": source, "href": href, "icon": icon
    }  # fmt: skip


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """Grey lines while something loads."""
    return {"lines": range(lines)}


@register.simple_tag
def article(number: str) -> SafeString:
    """The clause of the terms that decides, as a link: `art. B.1.4`."""
    address = f"{reverse('shop:terms')}#{number}"
    return format_html('<a class="article-ref" href="{}">art.\u00a0{}</a>', address, number)


@register.simple_tag
def illustration(name: str, *, css: str = "") -> SafeString:
    """A drawing of our own, inline; decorative."""
    return SafeString(render_to_string(f"illustrations/{name}.svg", {"css": css}))
