"""Components that wrap a content: card, banner, empty state, dialog, header of a page."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from marketingconnect.web.templatetags.ui_basics import STATUS_ICONS

register = template.Library()


def _render(name: str, content: str, **context: Any) -> SafeString:
    return SafeString(render_to_string(f"components/{name}.html", {"content": content, **context}))


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    *,
    level: int = 2,
    icon: str = "",
    variant: str = "",
    css: str = "",
    id: str = "",
) -> SafeString:
    """A sheet; `variant` is empty, `flat` or `accent`."""
    return _render(
        "card", content, title=title, level=level, icon=icon, variant=variant, css=css, id=id
    )


@register.simple_block_tag
def banner(content: str, kind: str = "info", *, title: str = "", role: str = "") -> SafeString:
    """A message that stays: info, success, warning or error; `role="alert"` when it just arose."""
    return _render(
        "banner", content, kind=kind, title=title, role=role, icon_name=STATUS_ICONS[kind]
    )


@register.simple_block_tag
def empty_state(
    content: str,
    title: str,
    *,
    illustration: str = "empty-box",
    action: str = "",
    href: str = "",
    level: int = 2,
) -> SafeString:
    """Nothing yet: why, and the verb that begins."""
    return _render(
        "empty_state",
        content,
        title=title,
        drawing=illustration,
        action=action,
        href=href,
        level=level,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A native dialog, opened by a button with `data_dialog_open=id`."""
    return _render("dialog", content, id=id, title=title, css="dialog-sheet")


@register.simple_block_tag
def side_panel(content: str, id: str, title: str) -> SafeString:
    """A dialog on the side, opened like any other."""
    return _render("dialog", content, id=id, title=title, css="panel-sheet")


@register.simple_block_tag
def page_header(content: str, title: str, *, kicker: str = "", lead: str = "") -> SafeString:
    """The only h1 of a page; the content is its actions."""
    return _render("page_header", content, title=title, kicker=kicker, lead=lead)


@register.simple_block_tag
def next_item(
    content: str, title: str, *, icon: str = "arrow-right", first: bool = False
) -> SafeString:
    """A line of "what comes next": a title, a text, and its button inside the content."""
    return _render("next_item", content, title=title, icon_name=icon, first=first)


@register.simple_block_tag
def fieldset(content: str, legend: str, *, help: str = "") -> SafeString:
    """Fields that belong together."""
    return _render("fieldset", content, legend=legend, help=help)
