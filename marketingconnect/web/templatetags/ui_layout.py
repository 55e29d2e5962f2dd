"""What layouts draw: menus by audience and role."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse

from marketingconnect.web.navigation import MENUS, NavItem

register = template.Library()


def _address(item: NavItem) -> str:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def _shown_to(item: NavItem, request: HttpRequest) -> bool:
    role = getattr(getattr(request, "user", None), "staff_role", "")
    return not item.roles or role in item.roles


def _current(href: str, path: str, nearest: str) -> str:
    """Only the nearest link is marked: `/clients/courriers/` is not also `/clients/`."""
    if href == path:
        return "page"
    return "true" if href == nearest else ""


def _nearest(path: str, items: list[NavItem]) -> str:
    """The longest address that holds this page; the first item, home, holds only itself."""
    below = [href for item in items[1:] if (href := _address(item)) and path.startswith(href)]
    return max(below, key=len, default="")


@register.inclusion_tag("components/menu.html", takes_context=True)
def menu(context: Context, name: str, *, phone: bool | None = None) -> dict[str, Any]:
    """The links of a menu that this person may open; `phone` keeps or drops the bottom bar's."""
    request = context.get("request")
    path = request.path if request else ""
    items = [item for item in MENUS[name] if request is None or _shown_to(item, request)]
    nearest = _nearest(path, items)
    counts = context.get("menu_counts") or {}
    links = [
        {"item": item, "href": href, "current": _current(href, path, nearest),
         "count": counts.get(item.url_name)}
        for item in items
        if (href := _address(item)) and (phone is None or item.on_phone == phone)
    ]  # fmt: skip
    return {"links": links}
