import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.signature.archive import UnreadableArchiveError, pack, unpack

NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z0-9.]{1,8})?", fullmatch=True)
FILES = st.dictionaries(NAMES, st.binary(max_size=60), min_size=1, max_size=4)


@given(FILES)
def test_what_is_packed_comes_back_here_and_elsewhere(files: dict[str, bytes]) -> None:
    archive = pack(files)

    assert unpack(archive) == files
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == files


@given(FILES)
def test_another_order_of_the_same_files_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    assert pack(dict(reversed(files.items()))) == pack(files)


@given(FILES, st.data())
def test_no_byte_of_it_changes_in_silence(files: dict[str, bytes], data: st.DataObject) -> None:
    archive = bytearray(pack(files))
    place = data.draw(st.integers(0, len(archive) - 1))
    archive[place] ^= data.draw(st.integers(1, 255))

    try:
        found = unpack(bytes(archive))
    except UnreadableArchiveError:
        return
    # A consistent change of a name or of a content with its checksum is another archive.
    assert found != files


def test_an_ordinary_archive_is_not_of_this_form() -> None:
    ordinary = io.BytesIO()
    with zipfile.ZipFile(ordinary, "w") as writer:
        writer.writestr("a.txt", "contenu")

    for content in (ordinary.getvalue(), b"", b"PK\x03\x04"):
        with pytest.raises(UnreadableArchiveError):
            unpack(content)
