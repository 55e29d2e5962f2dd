"""The one way a file changes state."""

from typing import Any

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.states import TRANSITIONS, ContactFileState


class StaleFileError(Exception):
    """The file is not (any more) in the state that this act starts from."""


def move(file_id: int, *, to: ContactFileState, **fields: Any) -> ContactFile:
    """Compare-and-swap from any state that leads to `to`. Raises StaleFileError."""
    sources = [state for state, targets in TRANSITIONS.items() if to in targets]
    moved = ContactFile.objects.filter(pk=file_id, state__in=sources).update(state=to, **fields)
    if not moved:
        raise StaleFileError(file_id)
    return ContactFile.objects.get(pk=file_id)
