"""Reads of contact files: their contacts in order, their merge fields, their refusals."""

from marketingconnect.contacts.queries.contacts import (
    UsableContact,
    contact_count,
    merge_fields_of,
    merge_labels_of,
    usable_contacts,
)
from marketingconnect.contacts.queries.files import file_of, files_of, usable_files

__all__ = [
    "UsableContact",
    "contact_count",
    "file_of",
    "files_of",
    "merge_fields_of",
    "merge_labels_of",
    "usable_contacts",
    "usable_files",
]
