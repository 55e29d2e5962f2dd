"""One writer a folder: a lock that the kernel drops with its holder."""

import fcntl
import os
from pathlib import Path


class FolderInUse(RuntimeError):
    """Another process writes there."""


def hold(path: Path) -> int:
    """Lock the file and return its descriptor, to be kept open. Raises FolderInUse."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise FolderInUse(str(path.parent)) from None
    return descriptor
