"""The last acts about one record, for the page of that record."""

from typing import Final

from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.queries import JournalFilter, page_of_entries

_SHOWN: Final = 12


def journal_of(subject: str) -> list[JournalEntry]:
    """Newest first."""
    rows, _ = page_of_entries(JournalFilter(subject=subject), before=None, size=_SHOWN)
    return rows
