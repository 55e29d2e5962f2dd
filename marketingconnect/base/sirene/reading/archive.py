"""The bytes of a stock file: a CSV, or the one CSV of a zip, which is never unpacked on disk."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from isal import isal_zlib
from isal.igzip_lib import IsalError

from marketingconnect.base.sirene.reading.errors import AGAIN, StockFileError

CHUNK: Final = 1 << 20
_PACKED_CHUNK: Final = 1 << 17
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_BARE_DEFLATE: Final = -15
_ENCRYPTED: Final = 1
PARQUET_MARK: Final = b"PAR1"
_IsalError: type[Exception] = IsalError  # type: ignore[assignment]  # its stub names a value
_ZIP_MARK: Final = b"PK"


def form_of(path: Path) -> str:
    """`zip`, `parquet` or `csv`, from the first bytes. Raises StockFileError."""
    try:
        with path.open("rb") as stream:
            beginning = stream.read(4)
    except OSError as error:
        raise StockFileError(path, f"ce fichier ne peut pas être lu ({error.strerror}).") from error
    if not beginning:
        raise StockFileError(path, f"ce fichier est vide. {AGAIN}")
    if beginning.startswith(_ZIP_MARK):
        return "zip"
    return "parquet" if beginning == PARQUET_MARK else "csv"


def byte_chunks(path: Path) -> Iterator[bytes]:
    """The content, about a megabyte at a time. Raises StockFileError."""
    if form_of(path) == "zip":
        yield from _unzipped(path)
        return
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _unzipped(path: Path) -> Iterator[bytes]:
    """The one CSV of an archive, its size and its checksum verified at the end."""
    member = _only_csv(path)
    size, checksum = 0, 0
    with path.open("rb") as stream:
        _skip_header(path, stream, member)
        for chunk in _inflated(path, stream, member):
            size += len(chunk)
            checksum = isal_zlib.crc32(chunk, checksum)
            yield chunk
    if (size, checksum) != (member.file_size, member.CRC):
        raise StockFileError(path, f"l’archive est abîmée : son contenu a changé. {AGAIN}")


def _only_csv(path: Path) -> zipfile.ZipInfo:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
    except zipfile.BadZipFile as error:
        raise StockFileError(path, f"l’archive est incomplète ou abîmée. {AGAIN}") from error
    if len(members) != 1:
        raise StockFileError(
            path, f"l’archive contient {len(members)} fichier CSV ; il en faut un seul."
        )
    if members[0].flag_bits & _ENCRYPTED:
        raise StockFileError(path, "l’archive est protégée par un mot de passe.")
    if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise StockFileError(path, "l’archive est compressée d’une façon que nous ne lisons pas.")
    return members[0]


def _skip_header(path: Path, stream: IO[bytes], member: zipfile.ZipInfo) -> None:
    stream.seek(member.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise StockFileError(path, f"l’archive est incomplète. {AGAIN}")
    _, name, extra = _LOCAL_HEADER.unpack(header)
    stream.seek(member.header_offset + _LOCAL_HEADER.size + name + extra)


def _inflated(path: Path, stream: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the packed bytes hold; no chunk is larger than CHUNK, whatever a bomb would make."""
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while chunk := stream.read(min(CHUNK, left)):
            left -= len(chunk)
            yield chunk
        return
    inflate: Any = isal_zlib.decompressobj(wbits=_BARE_DEFLATE)
    try:
        while not inflate.eof:
            packed = inflate.unconsumed_tail
            if not packed:
                packed = stream.read(min(_PACKED_CHUNK, left))
                left -= len(packed)
            if not packed:
                break
            if chunk := inflate.decompress(packed, CHUNK):
                yield chunk
    except (_IsalError, zlib.error) as error:
        raise StockFileError(path, f"l’archive est abîmée. {AGAIN}") from error
