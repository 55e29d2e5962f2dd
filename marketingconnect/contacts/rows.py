"""One row of a client's file: taken, or refused with a reason. The hot loop of the import."""

import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final, NamedTuple, TypeAlias

from marketingconnect.contacts.vocabulary import CIVILITIES, LONGEST_VALUE, key_of
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import PhoneKind, normalise_phone

REFUSALS: Final = {
    "email_empty": "L’adresse e-mail manque.",
    "email_at_sign": "L’adresse e-mail doit contenir une fois, et une seule, le signe @.",
    "email_accents": "La partie avant le @ contient un accent ou un caractère spécial.",
    "email_local_part": "La partie avant le @ est mal écrite (espace, point au bord ou doublé).",
    "email_domain": "La partie après le @ n’est pas un nom de domaine, comme exemple.fr.",
    "email_length": "L’adresse e-mail est trop longue.",
    "too_many_cells": "La ligne a plus de cases que la liste n’a de colonnes : tout est décalé.",
    "quote_unclosed": "Un guillemet ouvert dans cette ligne n’est jamais fermé.",
}
"""Reason -> what is said to the client."""


class Taken(NamedTuple):
    """A row that gives a contact."""

    email: str
    mobile: str
    fields: str
    """JSON of the merge fields; empty ones are absent."""
    mobile_dropped: bool


Taker: TypeAlias = Callable[[list[str]], "Taken | str"]

_SPACES_AROUND: Final = "\ufeff \t\u00a0"


def _clean(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE].rstrip()


def _clean_civility(value: str) -> str:
    value = _clean(value)
    return CIVILITIES.get(value.lower(), value)


def _clean_first_name(value: str) -> str:
    """`JEAN-PIERRE` and `jean-pierre` -> `Jean-Pierre`; a name written with care stays."""
    value = _clean(value)
    return value.title() if value.isupper() or value.islower() else value


def _clean_postal_code(value: str) -> str:
    """A spreadsheet loses the first zero of `01000`."""
    value = "".join(value.split())
    return f"0{value}" if len(value) == 4 and value.isdigit() else value


_CLEANERS: Final[Mapping[str, Callable[[str], str]]] = {
    "civility": _clean_civility,
    "first_name": _clean_first_name,
    "postal_code": _clean_postal_code,
}


def make_taker(mapping: Mapping[str, str], *, width: int) -> Taker:
    """Compile a confirmed mapping (column index -> target) for rows of `width` columns.

    The function returned gives a Taken row, or the code of a refusal (a key of REFUSALS).
    """
    columns = {int(index): target for index, target in mapping.items()}
    mail_at = next(index for index, target in columns.items() if target == "email")
    mobile_at = next((i for i, target in columns.items() if target == "mobile"), None)
    plan = [
        (index, f"{encode_basestring(key_of(target))}: ", _CLEANERS.get(target, _clean))
        for index, target in sorted(columns.items())
        if target not in {"email", "mobile"}
    ]

    def take(cells: list[str]) -> Taken | str:
        if len(cells) != width:
            if len(cells) > width and any(map(str.strip, cells[width:])):
                return "too_many_cells"
            cells = [*cells, *[""] * (width - len(cells))]
        try:
            email = normalise_email(cells[mail_at])
        except InvalidValueError as refusal:
            return refusal.code
        parts = []
        for index, name, clean in plan:
            if (value := cells[index]) and (value := clean(value)):
                parts.append(name + encode_basestring(value))
        mobile = ""
        dropped = False
        if mobile_at is not None and (written := cells[mobile_at].strip(_SPACES_AROUND)):
            mobile = _mobile(written)
            dropped = not mobile
        return Taken(email, mobile, "{" + ", ".join(parts) + "}", dropped)

    return take


def _mobile(written: str) -> str:
    """The number as +336…, empty when it is not a mobile that exists."""
    try:
        phone = normalise_phone(written)
    except InvalidValueError:
        return ""
    return phone.e164 if phone.kind == PhoneKind.MOBILE else ""


def is_blank(cells: Sequence[str]) -> bool:
    """Whether a record holds nothing at all."""
    return not any(cells) or not any(cell.strip(_SPACES_AROUND) for cell in cells)


_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def as_read(cells: Sequence[str] | str, *, separator: str, hidden: frozenset[int]) -> str:
    """A refused row as the client wrote it, less what a sensitive column held (CGV B.5)."""
    if isinstance(cells, str):
        return _CONTROL.sub("", "(non conservée)" if hidden else cells)
    shown = ["(retiré)" if i in hidden and cell else cell for i, cell in enumerate(cells)]
    return _CONTROL.sub("", separator.join(shown))
