"""What is kept of a delivery to recognise it: keyed hashes of its records, and a secret.

A record has two keys of 8 bytes, one of its name and one of its street, each with the postal code;
their hash is keyed by the installation, so that the kept file says nothing without it. The secret
of the delivery then draws, from each key, how the record is spelled. Both can be computed again
from a leaked row alone: the delivered data themselves are not kept.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

SECRET_BYTES: Final = 32
NO_KEY: Final = 0
"""The key of what is empty; never kept."""
_MAGIC: Final = b"MCFP0001"
_KEY_BYTES: Final = 8


class BrokenFingerprintError(Exception):
    """The kept file is not one of ours, or not whole."""


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """The two keys of a record; NO_KEY for a part that is empty."""

    name: int
    street: int


class Recogniser:
    """From the one form of a name or street to its key, under one master key."""

    def __init__(self, master: bytes) -> None:
        self._name = _keyed(master, b"delivered-name")
        self._street = _keyed(master, b"delivered-street")

    def name_key(self, form: str, postal_code: str) -> int:
        return _key_of(self._name, form, postal_code)

    def street_key(self, form: str, postal_code: str) -> int:
        return _key_of(self._street, form, postal_code)


class Speller:
    """From a key to the spelling that a delivery has for it: a bit a kind of choice."""

    def __init__(self, secret: bytes) -> None:
        self._digest = _keyed(secret, b"delivery-spelling", size=1)

    def long_kinds(self, key: int) -> int:
        """Bit `kind` is set when the delivery writes that kind in full for this record."""
        digest = self._digest.copy()
        digest.update(key.to_bytes(_KEY_BYTES, "little"))
        return digest.digest()[0]


def drawn(secret: bytes, purpose: str) -> Callable[[int], int]:
    """Numbers of 8 bytes drawn by a delivery's secret for a purpose: always the same ones."""
    base = _keyed(secret, purpose.encode())

    def number(of: int) -> int:
        digest = base.copy()
        digest.update(of.to_bytes(_KEY_BYTES, "little", signed=True))
        return int.from_bytes(digest.digest(), "little")

    return number


@dataclass(slots=True)
class Collected:
    """The keys of the rows written so far; 8 bytes a key."""

    names: "array[int]" = field(default_factory=lambda: array("Q"))
    streets: "array[int]" = field(default_factory=lambda: array("Q"))

    def add(self, names: Sequence[int], streets: Sequence[int]) -> None:
        self.names.extend(names)
        self.streets.extend(streets)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The keys of a delivery, sorted, each once."""

    names: Keys
    streets: Keys

    @classmethod
    def of(cls, collected: Collected) -> "Fingerprint":
        return cls(_sorted_keys(collected.names), _sorted_keys(collected.streets))

    def chunks(self) -> Iterator[bytes]:
        """The bytes to keep."""
        yield _MAGIC
        yield len(self.names).to_bytes(8, "little") + len(self.streets).to_bytes(8, "little")
        yield self.names.astype("<u8").tobytes()
        yield self.streets.astype("<u8").tobytes()


def read_fingerprint(content: bytes) -> Fingerprint:
    """The keys that `chunks` wrote. Raises BrokenFingerprintError."""
    names, streets = (int.from_bytes(content[n : n + 8], "little") for n in (8, 16))
    if content[:8] != _MAGIC or len(content) != 24 + _KEY_BYTES * (names + streets):
        raise BrokenFingerprintError
    keys = np.frombuffer(content, dtype="<u8", offset=24)
    return Fingerprint(keys[:names], keys[names:])


def holds(keys: Keys, wanted: Keys) -> NDArray[np.bool_]:
    """For each wanted key, whether it is among these sorted ones."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.bool_)
    places = np.searchsorted(keys, wanted)
    places[places == len(keys)] = 0
    return np.equal(keys[places], wanted)


def _keyed(key: bytes, person: bytes, *, size: int = _KEY_BYTES) -> "hashlib.blake2b":
    """Keyed BLAKE2b (RFC 7693), primed once; `person` separates the uses of one key."""
    return hashlib.blake2b(
        key=hashlib.sha256(key).digest(),
        digest_size=size,
        person=hashlib.sha256(person).digest()[: hashlib.blake2b.PERSON_SIZE],
    )


def _key_of(base: "hashlib.blake2b", form: str, postal_code: str) -> int:
    if not form:
        return NO_KEY
    digest = base.copy()
    digest.update(f"{postal_code}|{form}".encode())
    return int.from_bytes(digest.digest(), "little")


def _sorted_keys(collected: "array[int]") -> Keys:
    keys: Keys = np.unique(np.array(collected, dtype=np.uint64))
    kept: Keys = keys[keys != NO_KEY]
    return kept
