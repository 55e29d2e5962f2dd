"""Keys of pages in addresses: `?apres=120`."""

from django.http import HttpRequest


def key_in(request: HttpRequest, name: str) -> int | None:
    """The number after which a page starts; None when absent or not a number."""
    return number_in(request.GET.get(name, ""))


def number_in(typed: str) -> int | None:
    """A number that a key of the database can have; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


def position_in(typed: str) -> int:
    """A place in a campaign's list, 0 (the beginning) for anything else."""
    number = number_in(typed)
    return number if number is not None and number < 10**9 else 0
