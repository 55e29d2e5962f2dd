"""One row of a client's file: taken, or refused with a reason. The hot loop of the import."""

import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final, TypeAlias

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


Taken: TypeAlias = tuple[str, str, str, bool]
"""Address, mobile, JSON of the merge fields (empty ones are absent), whether a mobile was lost."""

Taker: TypeAlias = Callable[[list[str]], "Taken | str"]

_MOST_REMEMBERED: Final = 50_000
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


class _Pieces(dict[str, str]):
    """What each value of one column becomes in the JSON. Names and towns come back all the time:
    a value seen before costs one look-up."""

    def __init__(self, name: str, clean: Callable[[str], str]) -> None:
        super().__init__({"": ""})
        self._name = f"{encode_basestring(name)}: "
        self._clean = clean

    def __missing__(self, value: str) -> str:
        cleaned = self._clean(value)
        piece = self._name + encode_basestring(cleaned) if cleaned else ""
        if len(self) < _MOST_REMEMBERED:
            self[value] = piece
        return piece


def make_taker(mapping: Mapping[str, str], *, width: int) -> Taker:
    """Compile a confirmed mapping (column index -> target) for rows of `width` columns.

    The function returned gives a Taken row, or the code of a refusal (a key of REFUSALS).
    """
    columns = {int(index): target for index, target in mapping.items()}
    mail_at = next(index for index, target in columns.items() if target == "email")
    mobile_at = next((i for i, target in columns.items() if target == "mobile"), -1)
    plan = [
        (_Pieces(key_of(target), _CLEANERS.get(target, _clean)), index)
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
        found = [piece for pieces, index in plan if (piece := pieces[cells[index]])]
        fields = "{" + ", ".join(found) + "}"
        if mobile_at < 0 or not (written := cells[mobile_at].strip(_SPACES_AROUND)):
            return email, "", fields, False
        mobile = mobile_of(written)
        return email, mobile, fields, not mobile

    return take


_prefixes: dict[str, str] = {}
"""First seven of ten national digits -> the number but its last three, empty if no mobile."""


def mobile_of(written: str) -> str:
    """The number as +336…, empty when it is not a mobile that exists.

    Whether a French number is a mobile never depends on its last three digits, so one question to
    the kernel answers for a thousand numbers.
    """
    compact = written.replace(" ", "")
    if compact.startswith("+33"):
        compact = f"0{compact[3:]}"
    if not compact.isdigit():
        compact = compact.replace(".", "").replace("-", "")
    if len(compact) != 10 or compact[0] != "0" or not (compact.isascii() and compact.isdigit()):
        return _mobile_slowly(written)
    start = _prefixes.get(compact[:7])
    if start is None:
        start = _prefixes[compact[:7]] = _mobile_slowly(compact)[:-3]
    return start and start + compact[7:]


def _mobile_slowly(written: str) -> str:
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
