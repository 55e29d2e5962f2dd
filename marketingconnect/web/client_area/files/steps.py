"""Where the client stands between its list and its contacts."""

from typing import Final

from django.urls import reverse

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.web.components import Step, StepState

_STEPS: Final = [
    ("list", "Votre liste", ""),
    ("columns", "Colonnes", "file_columns"),
    ("origin", "Origine des adresses", "file_origin"),
    ("import", "Import", ""),
]
_OPEN: Final = {ContactFileState.UPLOADED, ContactFileState.MAPPED}


def steps(current: str, file: ContactFile | None = None) -> list[Step]:
    """The four steps; those already done can be opened again until the import begins."""
    names = [name for name, _, _ in _STEPS]
    at = names.index(current)
    return [
        Step(label, _state(place, at), _href(page, file) if place < at else "")
        for place, (_, label, page) in enumerate(_STEPS)
    ]


def _state(place: int, at: int) -> StepState:
    if place == at:
        return "current"
    return "done" if place < at else "todo"


def _href(page: str, file: ContactFile | None) -> str:
    if not page or file is None or file.state not in _OPEN:
        return ""
    return reverse(f"client_area:{page}", args=[file.pk])
