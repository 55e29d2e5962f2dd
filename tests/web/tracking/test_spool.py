"""What is kept on this machine while the database is away: whole lines, whatever the disk does."""

import errno
import os
from pathlib import Path

import pytest

from marketingconnect.web.tracking.service.spool import LEAVE, VISIT, Spool


def test_a_disk_that_fills_up_in_a_line_leaves_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next one is glued to its half, and both are lost."""
    spool, write = Spool(tmp_path), os.write
    spool.append(LEAVE, [b"token-1 page"])

    def full(file: int, octets: memoryview) -> int:
        if len(octets) <= 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, octets[: len(octets) - 8])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            spool.append(VISIT, [b"a\tb\tc\td\te\tf\tg\n"])
    spool.append(LEAVE, [b"token-2 page"])
    written: list[tuple[list[bytes], list[bytes]]] = []

    spool.replay(lambda visits, leavers: written.append((list(visits), list(leavers))))

    assert written == [([], [b"token-1 page", b"token-2 page"])]
    spool.close()
