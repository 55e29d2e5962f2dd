"""Keys of pages in addresses: `?apres=120`."""

from django.http import HttpRequest


def key_in(request: HttpRequest, name: str) -> int | None:
    """The number after which a page starts; None when absent or not a number."""
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
