"""Files of clients and documents, behind one interface: a local directory, private to us."""

from marketingconnect.storage.local import (
    FileTooLargeError,
    StoredFile,
    UnknownFileError,
    delete,
    discard,
    local_path,
    open,
    save,
    size,
)

__all__ = [
    "FileTooLargeError",
    "StoredFile",
    "UnknownFileError",
    "delete",
    "discard",
    "local_path",
    "open",
    "save",
    "size",
]
