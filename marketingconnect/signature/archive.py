"""A ZIP file in one form only: any program opens it, and no byte of it is free to change.

Nothing is compressed, names are in order, dates and rights are fixed: the same contents always give
the same bytes. So a reader packs what it read again and compares.
"""

import struct
import zlib
from collections.abc import Mapping
from typing import Final

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_VERSION: Final = 20
_MADE_ON_UNIX: Final = 3 << 8
_UTF8: Final = 0x800
_FIRST_OF_1980: Final = 0x21
_REGULAR_FILE: Final = 0o100644 << 16


class UnreadableArchiveError(Exception):
    """Not an archive of this form."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files, less than 4 GB in all."""
    body, directory = bytearray(), bytearray()
    for name in sorted(files):
        content, encoded = files[name], name.encode()
        facts = (_UTF8, 0, 0, _FIRST_OF_1980, zlib.crc32(content), len(content), len(content))
        directory += _CENTRAL.pack(
            *(b"PK\x01\x02", _MADE_ON_UNIX | _VERSION, _VERSION, *facts),
            *(len(encoded), 0, 0, 0, 0, _REGULAR_FILE, len(body)),
        )
        directory += encoded
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, *facts, len(encoded), 0)
        body += encoded + content
    count = len(files)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def unpack(archive: bytes) -> dict[str, bytes]:
    """Names and contents; UnreadableArchiveError when one byte is not as `pack` puts it."""
    files: dict[str, bytes] = {}
    place = 0
    try:
        while archive[place : place + 4] == b"PK\x03\x04":
            header = _LOCAL.unpack_from(archive, place)
            size, name_size = header[8], header[9]
            start = place + _LOCAL.size
            name = archive[start : start + name_size].decode()
            place = start + name_size + size
            files[name] = archive[start + name_size : place]
    except (struct.error, UnicodeDecodeError) as error:
        raise UnreadableArchiveError(str(error)) from error
    if not files or pack(files) != archive:
        raise UnreadableArchiveError("the archive was changed")
    return files
