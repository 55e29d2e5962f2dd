"""Files are kept whole, privately, and nowhere else than in their directory."""

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from marketingconnect import storage


@pytest.fixture(autouse=True)
def _own_directory(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def content_of(path: str) -> bytes:
    with storage.open(path) as stream:
        return stream.read()


def test_a_saved_file_comes_back_byte_for_byte() -> None:
    stored = storage.save("contacts/c1", "Clients Été.CSV", [b"a;b\n", b"1;2\n"])

    assert content_of(stored.path) == b"a;b\n1;2\n"
    assert (stored.size, storage.size(stored.path)) == (8, 8)
    assert stored.sha256 == hashlib.sha256(b"a;b\n1;2\n").hexdigest()
    assert stored.path.startswith("contacts/c1/")
    assert stored.path.endswith(".csv")


def test_two_files_of_one_name_do_not_meet() -> None:
    first, second = (storage.save("logos", "logo.png", [body]) for body in (b"1", b"2"))

    assert first.path != second.path
    assert content_of(first.path) == b"1"


def test_files_are_readable_by_us_alone(tmp_path: Path) -> None:
    stored = storage.save("mandates", "mandat.pdf", [b"%PDF"])

    assert stat.S_IMODE((tmp_path / stored.path).stat().st_mode) == 0o600


def test_a_source_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        storage.save("contacts", "a.csv", broken())

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_larger_than_allowed_is_refused_and_forgotten(tmp_path: Path) -> None:
    with pytest.raises(storage.FileTooLargeError):
        storage.save("contacts", "a.csv", [b"12345", b"6"], max_bytes=5)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert storage.save("contacts", "a.csv", [b"12345"], max_bytes=5).size == 5


def test_deleting_twice_is_quiet_and_reading_after_says_unknown() -> None:
    path = storage.save("logos", "logo.png", [b"1"]).path

    storage.delete(path)
    storage.delete(path)

    with pytest.raises(storage.UnknownFileError):
        storage.open(path)
    with pytest.raises(storage.UnknownFileError):
        storage.size(path)
    with pytest.raises(storage.UnknownFileError), storage.local_path(path):
        pass


@pytest.mark.parametrize("path", ["../etc/passwd", "/etc/passwd", "a/../../b", "", "a//b", "a\x00"])
def test_a_path_that_leaves_the_directory_is_unknown(path: str) -> None:
    with pytest.raises(storage.UnknownFileError):
        storage.open(path)


@given(name=st.text(max_size=60))
@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_whatever_its_name_a_file_stays_in_its_prefix(name: str) -> None:
    stored = storage.save("contacts/c1", name, [b"x"])

    with storage.local_path(stored.path) as place:
        assert place.read_bytes() == b"x"
    assert len(stored.path) < 100
    storage.delete(stored.path)


def test_discarding_removes_what_is_below_a_prefix_and_nothing_else(tmp_path: Path) -> None:
    kept = storage.save("rentals/d42", "a.csv", [b"1"])
    storage.save("rentals/d4", "a.csv", [b"1"])
    (tmp_path / "rentals" / "d4" / "ab.csv.part").write_bytes(b"half")

    assert storage.discard("rentals/d4") == 2
    assert storage.discard("rentals/d5") == 0
    assert content_of(kept.path) == b"1"
    with pytest.raises(ValueError, match="prefix"):
        storage.discard("../rentals")
