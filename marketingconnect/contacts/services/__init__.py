"""What is done with a client's file: received, understood, imported, deleted."""

from marketingconnect.contacts.services.chunks import ImportOvertakenError
from marketingconnect.contacts.services.deletion import delete_file, erase_file, purge_due_files
from marketingconnect.contacts.services.importing import import_records
from marketingconnect.contacts.services.preparing import (
    StaleFileError,
    confirm_columns,
    declare_origin,
    receive_file,
)
from marketingconnect.contacts.services.running import (
    cancel_import,
    clear_cancelled,
    fail_import,
    finish_import,
    restart_import,
)

__all__ = [
    "ImportOvertakenError",
    "StaleFileError",
    "cancel_import",
    "clear_cancelled",
    "confirm_columns",
    "declare_origin",
    "delete_file",
    "erase_file",
    "fail_import",
    "finish_import",
    "import_records",
    "purge_due_files",
    "receive_file",
    "restart_import",
]
